<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Event\EventInterface;
use Leadbridge\Plugin\System\Leadbridge\Spool\Database;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;

/** The routine that the plugin brings to Joomla's scheduler, and what became of it. */
final class SchedulerTask
{
    public const ROUTINE = 'leadbridge.send';

    /** Prefix of its name and description in the language files. */
    public const WORDS = 'PLG_SYSTEM_LEADBRIDGE_TASK';

    private const MILLISECONDS = ['cli' => 50_000, 'web' => 20_000];
    private const OK = 0;
    private const FAILED = 5;

    /** onTaskOptionsList. */
    public static function offer(EventInterface $event): void
    {
        $event->getArgument('subject')->addOptions([self::ROUTINE => self::WORDS]);
    }

    /** onExecuteTask. A bridge that is away is no failure of the task: the leads wait, and the settings say so. */
    public static function execute(EventInterface $event, Run $run): void
    {
        $start = microtime(true);

        try {
            $done = $run->drain(self::MILLISECONDS[PHP_SAPI === 'cli' ? 'cli' : 'web']);
            $told = sprintf('sent %d, parked %d, waiting %d', $done['sent'], $done['parked'], $done['left']);
            $event->setResult(self::result(self::OK, $start, $told));
        } catch (\Throwable $failure) {
            Log::failure('task', $failure);
            $event->setResult(self::result(self::FAILED, $start, 'failed, see leadbridge.php among the logs'));
        }
    }

    /** @return  array<string, int|float|string>  what the scheduler wants to know */
    private static function result(int $status, float $start, string $told): array
    {
        $end = microtime(true);

        return [
            'status' => $status,
            'startTime' => $start,
            'endTime' => $end,
            'duration' => $end - $start,
            'output_body' => $told,
        ];
    }

    /**
     * How the task is doing on this site.
     *
     * @return  array{exists: bool, enabled: bool, lastRun: string}  lastRun: UTC as Joomla stores it, empty: never
     */
    public static function state(Database $database): array
    {
        $tasks = $database->rows(
            'SELECT state, last_execution FROM #__scheduler_tasks WHERE type = :routine ORDER BY state DESC, id',
            ['routine' => self::ROUTINE]
        );

        return [
            'exists' => $tasks !== [],
            'enabled' => (int) ($tasks[0]['state'] ?? 0) === 1,
            'lastRun' => (string) ($tasks[0]['last_execution'] ?? ''),
        ];
    }
}
