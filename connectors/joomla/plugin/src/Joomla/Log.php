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
    private const CATEGORY = 'leadbridge';

    /** Joomla's own would add the visitor's address. */
    private const FORMAT = "{DATETIME}\t{PRIORITY}\t{MESSAGE}";

    /**
     * Notes that something of ours failed: kind and place, but not the message, which may quote what somebody typed.
     * Never fails itself.
     */
    public static function failure(string $where, \Throwable $failure): void
    {
        $kind = $failure::class . ' ' . $failure->getCode();
        self::warn($where . ' failed: ' . $kind . ' at ' . self::place($failure));
    }

    /** The first place of ours on the way to where it happened. */
    private static function place(\Throwable $failure): string
    {
        $steps = [['file' => $failure->getFile(), 'line' => $failure->getLine()], ...$failure->getTrace()];

        foreach ($steps as $step) {
            if (str_starts_with($step['file'] ?? '', \dirname(__DIR__))) {
                return basename($step['file']) . ':' . $step['line'];
            }
        }

        return basename($failure->getFile()) . ':' . $failure->getLine();
    }

    private static function warn(string $message): void
    {
        try {
            self::open();
            JoomlaLog::add($message, JoomlaLog::WARNING, self::CATEGORY);
        } catch (\Throwable) {
            // A log that cannot be written must not stop anything.
        }
    }

    /** Gives the category a file of its own, leadbridge.php, in the folder for logs; Joomla opens the same one once. */
    private static function open(): void
    {
        JoomlaLog::addLogger(
            ['text_file' => 'leadbridge.php', 'text_entry_format' => self::FORMAT],
            JoomlaLog::ALL,
            [self::CATEGORY]
        );
    }
}
