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

    /** A lease that holds nobody off: it has run out, or it was taken while the clock was ahead. */
    public const FREE = '(leased_until <= :now OR leased_until > :absurd)';

    /** Rows that others took first, until it is better to come back later. */
    private const MOST_LOST = 20;

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
        for ($lost = 0; $lost < self::MOST_LOST; $lost++) {
            $row = $this->candidate($condition, $values, $except);

            if ($row === null || $this->claim($row)) {
                return $row;
            }

            // Not again: a transaction that sees an old state of the table would show it free for ever.
            $except[] = $row->id;
        }

        return null;
    }

    /** @return  array{now: int, absurd: int}  what FREE needs */
    public static function free(int $now): array
    {
        return ['now' => $now, 'absurd' => State::absurd($now, self::LEASE)];
    }

    /** Gives a row back. */
    public function release(Row $row): void
    {
        $this->database->execute(
            "UPDATE #__leadbridge_spool SET leased_until = 0 WHERE id = :id AND state = 'waiting'",
            ['id' => $row->id]
        );
    }

    /**
     * @param  array<string, int|string|null>  $values
     * @param  list<int>                       $except
     */
    private function candidate(string $condition, array $values, array $except): ?Row
    {
        $others = $except === [] ? '' : ' AND id NOT IN (' . implode(', ', $except) . ')';
        $found = $this->database->rows(
            'SELECT ' . Row::COLUMNS . " FROM #__leadbridge_spool WHERE state = 'waiting' AND " . self::FREE
            . ' AND ' . $condition . $others . ' ORDER BY id LIMIT 1',
            self::free(($this->clock)()) + $values
        );

        return $found === [] ? null : Row::fromColumns($found[0]);
    }

    private function claim(Row $row): bool
    {
        $now = ($this->clock)();

        return $this->database->execute(
            "UPDATE #__leadbridge_spool SET leased_until = :until WHERE id = :id AND state = 'waiting' AND " . self::FREE,
            ['until' => $now + self::LEASE, 'id' => $row->id] + self::free($now)
        ) === 1;
    }
}
