<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** Where leads come from. Plain text, because tables and settings hold it. */
final class Source
{
    public const CONTACT = 'contact';
    public const REGISTRATION = 'registration';
    public const CONVERT_FORMS = 'convertforms';
    public const RSFORM = 'rsform';

    /** In tables: every source. */
    public const ANY = 'any';
}
