<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** What an attempt means for the row: it is done, it goes out again later, or somebody has to look. */
enum Verdict: string
{
    case Sent = 'sent';
    case Retry = 'retry';
    case Park = 'park';
}
