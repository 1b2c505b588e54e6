<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/** How long a row rests after a failed attempt: longer each time, and never all rows at once. */
final class Pauses
{
    private const FIRST = 15;
    private const LONGEST = 6 * 3600;

    /** Seconds. No row rests longer than that: one that would was put aside while the clock was ahead. */
    public const ABSURD = 2 * self::LONGEST;
    private const JITTER = 0.2;

    /** @param  \Closure(): float  $random  from 0 to 1 */
    public function __construct(private readonly \Closure $random)
    {
    }

    /** Chance from PHP's own generator. */
    public static function ordinary(): self
    {
        return new self(static fn (): float => random_int(0, 1_000_000) / 1_000_000);
    }

    /**
     * Seconds until the next attempt: 15 s, doubled each time, at most 6 h, 20 % more or less.
     *
     * @param  int       $attempts    made so far, at least 1
     * @param  int|null  $retryAfter  what the bridge asked for, in seconds: never less
     */
    public function after(int $attempts, ?int $retryAfter = null): int
    {
        $pause = min(self::FIRST * 2 ** min(20, $attempts - 1), self::LONGEST);
        $jitter = 1 - self::JITTER + 2 * self::JITTER * ($this->random)();

        return max((int) round($pause * $jitter), $retryAfter ?? 0);
    }
}
