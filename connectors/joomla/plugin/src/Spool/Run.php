<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

use Leadbridge\Plugin\System\Leadbridge\Posting\Courier;
use Leadbridge\Plugin\System\Leadbridge\Posting\Outcome;
use Leadbridge\Plugin\System\Leadbridge\Posting\SecondTry;
use Leadbridge\Plugin\System\Leadbridge\Posting\Verdict;

\defined('_JEXEC') or die;

/** Sends leads: one in the visitor's request, all that are due behind the scenes. One Run for each request. */
final class Run
{
    /** Milliseconds that all leads of one visitor's request may take together, and a single post of them. */
    public const VISITOR = 1000;
    public const VISITOR_POST = 800;

    /** Milliseconds for a post behind the scenes. */
    public const POST = 10_000;

    /** Seconds for which no visitor waits after the bridge was away. */
    public const AWAY = 60;

    /** Seconds without any attempt after which the oldest row that rests is tried although it is not due. */
    public const PROBE = 30;

    private const LOCK = 60;
    private const PURGED_EVERY = 3600;
    private const MOST_FAILURES = 2;

    /** Milliseconds. With less left nothing is tried: too little time would look like a bridge that is away. */
    private const LEAST = 300;

    private int $spent = 0;

    /** @var  \Closure(): int  milliseconds of a clock that only goes forward */
    private readonly \Closure $stopwatch;

    /**
     * @param  (\Closure(): int)|null  $stopwatch  milliseconds; null: PHP's own
     * @param  bool                  $keepsTime  whether a post is over when it has to be; if not, no visitor waits for one
     */
    public function __construct(
        private readonly Spool $spool,
        private readonly Courier $courier,
        ?\Closure $stopwatch = null,
        private readonly bool $keepsTime = true
    ) {
        $this->stopwatch = $stopwatch ?? static fn (): int => intdiv(hrtime(true), 1_000_000);
    }

    /**
     * Tries to send a lead that was just kept, in the visitor's request: all leads of the request share a second.
     * When the bridge was away a moment ago nobody waits for it, and while one visitor finds that out no other does.
     * What is not sent now goes out later.
     */
    public function first(Row $row): void
    {
        $left = self::VISITOR - $this->spent;
        $maySend = $this->keepsTime && $left >= self::LEAST && !$this->spool->isInTransaction();

        if (!$maySend || !$this->spool->state->begin(self::AWAY)) {
            $this->spool->release($row);

            return;
        }

        $started = ($this->stopwatch)();
        $outcome = $this->attempt($row, min(self::VISITOR_POST, $left));
        $this->spent += ($this->stopwatch)() - $started;

        if ($outcome->verdict === Verdict::Sent) {
            $this->purge();
        }
    }

    /** Whether a run on a page load makes sense: something is to do, nobody runs, and the bridge is not away. */
    public function isWorthwhile(): bool
    {
        return $this->spool->hasWork()
            && !$this->isAway()
            && !$this->spool->state->isLocked(State::RUN, self::LOCK)
            && !$this->spool->isInTransaction();
    }

    /**
     * Sends what is due, oldest first, for so many milliseconds. Each row is tried once; two failures in a row that
     * say the bridge is away end the run. When nothing is due the oldest row is tried now and then.
     *
     * @param   bool  $locked  false only where nobody else can run
     *
     * @return  array{sent: int, left: int, parked: int}  sent and parked by this run; left: waiting after it
     */
    public function drain(int $milliseconds, bool $locked = true): array
    {
        $owner = bin2hex(random_bytes(8));
        $done = [Verdict::Sent->value => 0, Verdict::Park->value => 0, Verdict::Retry->value => 0];

        if (!$this->spool->isInTransaction() && (!$locked || $this->spool->state->lock(State::RUN, $owner, self::LOCK))) {
            try {
                $done = $this->pass(($this->stopwatch)() + $milliseconds, $owner, $done);
                $this->purge();
            } finally {
                $this->spool->state->unlock(State::RUN, $owner);
            }
        }

        return [
            'sent' => $done[Verdict::Sent->value],
            'left' => $this->spool->waiting(),
            'parked' => $done[Verdict::Park->value],
        ];
    }

    /**
     * Sends everything that waits, due or not: what the button does.
     *
     * @return  array{sent: int, left: int, parked: int}
     */
    public function sendNow(int $milliseconds): array
    {
        $this->spool->hurry();

        return $this->drain($milliseconds);
    }

    /**
     * @param   array<string, int>  $done
     *
     * @return  array<string, int>
     */
    private function pass(int $end, string $owner, array $done): array
    {
        $tried = [];
        $failures = 0;

        while ($failures < self::MOST_FAILURES && ($left = $end - ($this->stopwatch)()) >= self::LEAST) {
            $row = $this->spool->nextDue($tried) ?? ($tried === [] ? $this->probe() : null);

            if ($row === null) {
                break;
            }

            $tried[] = $row->id;
            $outcome = $this->attempt($row, min(self::POST, $left));
            $failures = $outcome->isAway() ? $failures + 1 : 0;
            $done[$outcome->verdict->value]++;
            $this->spool->state->hold(State::RUN, $owner, self::LOCK);
        }

        return $done;
    }

    private function attempt(Row $row, int $milliseconds): Outcome
    {
        $outcome = $this->courier->deliver($row, $milliseconds);
        $other = SecondTry::body((string) $row->body, $outcome);

        if ($other !== null) {
            $this->spool->rewrite($row, $other);
            $outcome = $outcome->again();
        }

        $this->spool->settle($row, $outcome);

        if ($outcome->verdict === Verdict::Sent) {
            $this->spool->bridgeIsBack();
        }

        return $outcome;
    }

    private function probe(): ?Row
    {
        $age = $this->spool->state->age(State::ATTEMPT);
        $rest = max(self::PROBE, (int) ($this->spool->state->read(State::ATTEMPT)['value'] ?? 0));

        return $age === null || $age >= $rest ? $this->spool->nextResting() : null;
    }

    private function isAway(): bool
    {
        $state = $this->spool->state;

        return ($state->read(State::ATTEMPT)['value'] ?? '') !== '' && $state->age(State::ATTEMPT) < self::AWAY;
    }

    private function purge(): void
    {
        $age = $this->spool->state->age(State::PURGE);

        if ($age === null || $age >= self::PURGED_EVERY) {
            $this->spool->purge();
            $this->spool->state->note(State::PURGE, '');
        }
    }
}
