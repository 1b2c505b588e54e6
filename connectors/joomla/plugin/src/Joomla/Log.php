<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Log\Log as JoomlaLog;

/** Joomla's log, category `leadbridge`. What is written holds no personal data. */
final class Log
{
    public const CATEGORY = 'leadbridge';

    /**
     * Notes that something of ours failed: kind and place, but not the message, which may quote what somebody typed.
     * Never fails itself.
     */
    public static function failure(string $where, \Throwable $failure): void
    {
        $place = basename($failure->getFile()) . ':' . $failure->getLine();
        self::warn($where . ' failed: ' . $failure::class . ' at ' . $place);
    }

    public static function warn(string $message): void
    {
        try {
            JoomlaLog::add($message, JoomlaLog::WARNING, self::CATEGORY);
        } catch (\Throwable) {
            // A log that cannot be written must not stop anything.
        }
    }

    /** Gives the category a file of its own. */
    public static function open(): void
    {
        JoomlaLog::addLogger(['text_file' => 'leadbridge.php'], JoomlaLog::ALL, [self::CATEGORY]);
    }
}
