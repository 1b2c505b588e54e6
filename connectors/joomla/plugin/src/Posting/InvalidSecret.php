<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** The secret from the settings cannot be read. The message says what is wrong with it and never shows it. */
final class InvalidSecret extends \InvalidArgumentException
{
}
