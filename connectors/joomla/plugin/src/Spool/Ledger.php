<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/** What the settings page tells about the leads on their way, and what can be done there with those that were refused. */
final class Ledger
{
    private readonly State $state;

    /** @param  \Closure(): int  $clock  Unix seconds */
    public function __construct(private readonly Database $database, private readonly \Closure $clock)
    {
        $this->state = new State($database, $clock);
    }

    /** @return  array{waiting: int, parked: int, sent: int}  sent: in the last 30 days */
    public function counts(): array
    {
        $counts = [Row::WAITING => 0, Row::PARKED => 0, Row::SENT => 0];
        $rows = $this->database->rows('SELECT state, COUNT(*) AS total FROM #__leadbridge_spool GROUP BY state');

        foreach ($rows as $row) {
            $counts[(string) $row['state']] = (int) $row['total'];
        }

        return $counts;
    }

    /** @return  list<Row>  the parked rows, newest first */
    public function parked(int $most = 200): array
    {
        return array_map(Row::fromColumns(...), $this->database->rows(
            'SELECT ' . Row::COLUMNS . " FROM #__leadbridge_spool WHERE state = 'parked' ORDER BY id DESC LIMIT " . $most
        ));
    }

    /** Lets a parked row go out again, or all of them; gives their number. */
    public function resend(?int $id = null): int
    {
        $which = $id === null ? [] : ['id' => $id];

        return $this->database->execute(
            "UPDATE #__leadbridge_spool SET state = 'waiting', attempts = 0, due_at = :now, leased_until = 0,"
            . " finished_at = 0 WHERE state = 'parked'" . ($id === null ? '' : ' AND id = :id'),
            ['now' => ($this->clock)()] + $which
        );
    }

    /** Deletes a parked row and with it what somebody typed; false when it is no parked row. */
    public function discard(int $id): bool
    {
        return $this->database->execute(
            "DELETE FROM #__leadbridge_spool WHERE id = :id AND state = 'parked'",
            ['id' => $id]
        ) === 1;
    }

    /** @return  array{at: int, status: int, error: string}|null  the newest failure of all, for Explanation::ofError */
    public function lastTrouble(): ?array
    {
        $trouble = $this->state->read(State::TROUBLE);

        if ($trouble === null) {
            return null;
        }

        [$status, $error] = explode(' ', $trouble['value'], 2) + [1 => ''];

        return ['at' => $trouble['at'], 'status' => (int) $status, 'error' => $error];
    }

    /** When a lead last went out; 0 when none ever did. */
    public function lastSuccess(): int
    {
        return $this->state->read(State::SUCCESS)['at'] ?? 0;
    }
}
