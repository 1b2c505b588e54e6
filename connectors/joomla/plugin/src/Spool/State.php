<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/** A few facts that all processes of the site share: who runs, when somebody last tried, what went wrong last. */
final class State
{
    public const RUN = 'run';

    /**
     * The last attempt of anybody: empty when the bridge answered; TRYING while it is made; after a failure the
     * seconds for which the bridge wants to be left alone.
     */
    public const ATTEMPT = 'attempt';
    public const TRYING = 'trying';

    public const SUCCESS = 'success';
    public const TROUBLE = 'trouble';
    public const PURGE = 'purge';

    private const LONGEST = 500;

    /** Seconds that an attempt may take, as whole seconds count it, before others do not join it. */
    private const PROMPT = 1;

    /** @param  \Closure(): int  $clock  Unix seconds */
    public function __construct(private readonly Database $database, private readonly \Closure $clock)
    {
    }

    /** Takes a lock for so many seconds. False when somebody else holds it. */
    public function lock(string $name, string $owner, int $seconds): bool
    {
        $now = ($this->clock)();
        $taken = $this->database->execute(
            'UPDATE #__leadbridge_state SET value = :owner, until_at = :until'
            . ' WHERE name = :name AND (until_at <= :now OR until_at > :absurd)',
            [
                'owner' => $owner,
                'until' => $now + $seconds,
                'name' => $name,
                'now' => $now,
                'absurd' => self::absurd($now, $seconds),
            ]
        );

        return $taken === 1 || ($this->read($name) === null && $this->insert($name, $owner, $now + $seconds));
    }

    /** Whether somebody holds a lock that lasts so many seconds. */
    public function isLocked(string $name, int $seconds): bool
    {
        $now = ($this->clock)();
        $until = $this->read($name)['at'] ?? 0;

        return $until > $now && $until <= self::absurd($now, $seconds);
    }

    /**
     * Notes an attempt of a visitor before it is made, so that others do not wait for the same thing.
     * False when one has been under way for longer than the bridge needs, or failed less than so many seconds ago.
     */
    public function begin(int $seconds): bool
    {
        $now = ($this->clock)();
        $begun = $this->database->execute(
            'UPDATE #__leadbridge_state SET value = :trying, until_at = :now'
            . " WHERE name = :name AND (value = '' OR until_at <= :past OR until_at >= :future)",
            [
                'trying' => self::TRYING,
                'now' => $now,
                'name' => self::ATTEMPT,
                'past' => $now - $seconds,
                'future' => $now + $seconds,
            ]
        );

        return $begun === 1 || $this->isJustBegun()
            || ($this->read(self::ATTEMPT) === null && $this->insert(self::ATTEMPT, self::TRYING, $now));
    }

    /** Whether somebody tries at this moment: two visitors at once are no sign of a bridge that is away. */
    private function isJustBegun(): bool
    {
        return ($this->read(self::ATTEMPT)['value'] ?? '') === self::TRYING && $this->age(self::ATTEMPT) <= self::PROMPT;
    }

    /** Seconds since a fact was written down; also when the clock has been put back since. Null: it never was. */
    public function age(string $name): ?int
    {
        $at = $this->read($name)['at'] ?? null;

        return $at === null ? null : abs(($this->clock)() - $at);
    }

    /** No lease or lock that is worth anything lasts until then: the clock was ahead when it was taken. */
    public static function absurd(int $now, int $seconds): int
    {
        return $now + 2 * $seconds;
    }

    /** Holds a lock for longer. */
    public function hold(string $name, string $owner, int $seconds): void
    {
        $this->database->execute(
            'UPDATE #__leadbridge_state SET until_at = :until WHERE name = :name AND value = :owner',
            ['until' => ($this->clock)() + $seconds, 'name' => $name, 'owner' => $owner]
        );
    }

    /** Gives a lock back, if it is still the owner's. */
    public function unlock(string $name, string $owner): void
    {
        $this->database->execute(
            "UPDATE #__leadbridge_state SET value = '', until_at = 0 WHERE name = :name AND value = :owner",
            ['name' => $name, 'owner' => $owner]
        );
    }

    /** Writes a fact down, with the present time. */
    public function note(string $name, string $value): void
    {
        $now = ($this->clock)();
        $values = ['value' => mb_substr($value, 0, self::LONGEST), 'now' => $now, 'name' => $name];
        $changed = $this->database->execute(
            'UPDATE #__leadbridge_state SET value = :value, until_at = :now WHERE name = :name',
            $values
        );

        if ($changed === 0 && $this->read($name) === null) {
            $this->insert($name, $values['value'], $now);
        }
    }

    /** @return  array{value: string, at: int}|null  null when it was never written */
    public function read(string $name): ?array
    {
        return $this->all()[$name] ?? null;
    }

    /** @return  array<string, array{value: string, at: int}>  every fact by its name */
    public function all(): array
    {
        $facts = [];

        foreach ($this->database->rows('SELECT name, value, until_at FROM #__leadbridge_state') as $row) {
            $facts[(string) $row['name']] = ['value' => (string) $row['value'], 'at' => (int) $row['until_at']];
        }

        return $facts;
    }

    /** False when another process was faster, in the one moment when a fact is new. */
    private function insert(string $name, string $value, int $at): bool
    {
        return $this->database->insertNew(
            '#__leadbridge_state',
            ['name' => $name, 'value' => $value, 'until_at' => $at]
        );
    }
}
