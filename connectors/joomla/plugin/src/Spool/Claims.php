<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/** Who may post which row: a conditional update sets a lease, and only who changed the row goes on. */
final class Claims
{
    /** Seconds. Longer than any post, so that nobody else takes the row meanwhile. */
    public const LEASE = 30;

    /** @param  \Closure(): int  $clock  Unix seconds */
    public function __construct(private readonly Database $database, private readonly \Closure $clock)
    {
    }

    /**
     * Claims the oldest waiting row of those that nobody else holds; null when there is none.
     *
     * @param  string                          $condition  SQL
     * @param  array<string, int|string|null>  $values     of the condition
     * @param  list<int>                       $except     ids
     */
    public function oldest(string $condition, array $values = [], array $except = []): ?Row
    {
        $others = $except === [] ? '' : ' AND id NOT IN (' . implode(', ', $except) . ')';
        $sql = 'SELECT ' . Row::COLUMNS . " FROM #__leadbridge_spool WHERE state = 'waiting' AND leased_until <= :now"
            . ' AND ' . $condition . $others . ' ORDER BY id LIMIT 1';

        do {
            $found = $this->database->rows($sql, ['now' => ($this->clock)()] + $values);
            $row = $found === [] ? null : Row::fromColumns($found[0]);
        } while ($row !== null && !$this->claim($row));

        return $row;
    }

    /** Gives a row back. */
    public function release(Row $row): void
    {
        $this->database->execute(
            "UPDATE #__leadbridge_spool SET leased_until = 0 WHERE id = :id AND state = 'waiting'",
            ['id' => $row->id]
        );
    }

    private function claim(Row $row): bool
    {
        $now = ($this->clock)();

        return $this->database->execute(
            "UPDATE #__leadbridge_spool SET leased_until = :until WHERE id = :id AND state = 'waiting'"
            . ' AND leased_until <= :now',
            ['until' => $now + self::LEASE, 'id' => $row->id, 'now' => $now]
        ) === 1;
    }
}
