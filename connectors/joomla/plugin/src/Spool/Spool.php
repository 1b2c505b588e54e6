<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Posting\Outcome;
use Leadbridge\Plugin\System\Leadbridge\Posting\Verdict;

\defined('_JEXEC') or die;

/**
 * The leads on their way, one row each. Nothing goes out that does not stand here first.
 *
 * A row is waiting, then sent or parked. Who wants to post a row claims it: a conditional update sets its lease,
 * and only the one process whose update changed the row goes on. A lease that was never given back runs out.
 */
final class Spool
{
    public const LEASE = Claims::LEASE;

    private const KEPT = 30 * 86400;

    /** Its pause is over, or was noted while the clock was ahead. */
    private const DUE = '(due_at <= :due OR due_at > :never)';

    public readonly State $state;
    private readonly Claims $claims;
    private readonly Pauses $pauses;

    /** @param  \Closure(): int  $clock  Unix seconds */
    public function __construct(
        private readonly Database $database,
        private readonly \Closure $clock,
        ?Pauses $pauses = null
    ) {
        $this->state = new State($database, $clock);
        $this->claims = new Claims($database, $clock);
        $this->pauses = $pauses ?? Pauses::ordinary();
    }

    /** Writes a lead down, leased to the caller for LEASE seconds: to be posted now, or released. */
    public function keep(Lead $lead, string $source, string $messageId): Row
    {
        $now = ($this->clock)();
        $this->database->execute(
            'INSERT INTO #__leadbridge_spool (message_id, source, form, body, state, attempts, created_at, due_at,'
            . " leased_until, finished_at, last_status, last_error) VALUES (:message, :source, :form, :body, 'waiting',"
            . " 0, :created, :due, :leased, 0, 0, '')",
            [
                'message' => $messageId,
                'source' => $source,
                'form' => mb_substr($lead->form, 0, 100),
                'body' => $lead->body(),
                'created' => $now,
                'due' => $now,
                'leased' => $now + self::LEASE,
            ]
        );

        return Row::fromColumns($this->database->rows(
            'SELECT ' . Row::COLUMNS . ' FROM #__leadbridge_spool WHERE message_id = :message',
            ['message' => $messageId]
        )[0]);
    }

    /**
     * The oldest row that is due, claimed.
     *
     * @param  list<int>  $except  ids that this run has tried before
     */
    public function nextDue(array $except = []): ?Row
    {
        return $this->claims->oldest(self::DUE, self::due(($this->clock)()), $except);
    }

    /** The oldest row that rests because the bridge was away, claimed: to see whether it is back. */
    public function nextResting(): ?Row
    {
        return $this->claims->oldest(self::notItsOwn());
    }

    /** Whether there is something for a run: a row that is due, or one that rests because the bridge was away. */
    public function hasWork(): bool
    {
        $now = ($this->clock)();

        return $this->database->rows(
            "SELECT id FROM #__leadbridge_spool WHERE state = 'waiting' AND " . Claims::FREE
            . ' AND (' . self::DUE . ' OR ' . self::notItsOwn() . ') LIMIT 1',
            Claims::free($now) + self::due($now)
        ) !== [];
    }

    /** Gives a claimed row back without an attempt. */
    public function release(Row $row): void
    {
        $this->claims->release($row);
    }

    /** Writes down what became of an attempt. A lead that was sent loses its content at once. */
    public function settle(Row $row, Outcome $outcome): void
    {
        match ($outcome->verdict) {
            Verdict::Sent => $this->finish($row, $outcome, Row::SENT, null),
            Verdict::Park => $this->finish($row, $outcome, Row::PARKED, $row->body),
            Verdict::Retry => $this->postpone($row, $outcome),
        };

        $this->remember($outcome);
    }

    /** Changes what a claimed row will send. */
    public function rewrite(Row $row, string $body): void
    {
        $this->database->execute(
            "UPDATE #__leadbridge_spool SET body = :body WHERE id = :id AND state = 'waiting'",
            ['body' => $body, 'id' => $row->id]
        );
    }

    /** Makes the rows due that wait because the bridge was away; not those whose failure may be their own. */
    public function bridgeIsBack(): void
    {
        $now = ($this->clock)();
        $this->database->execute(
            "UPDATE #__leadbridge_spool SET due_at = :now WHERE state = 'waiting' AND due_at > :later"
            . ' AND ' . self::notItsOwn(),
            ['now' => $now, 'later' => $now]
        );
    }

    /** Makes every waiting row due. */
    public function hurry(): void
    {
        $now = ($this->clock)();
        $this->database->execute(
            "UPDATE #__leadbridge_spool SET due_at = :now WHERE state = 'waiting' AND due_at > :later",
            ['now' => $now, 'later' => $now]
        );
    }

    /** How many rows wait. */
    public function waiting(): int
    {
        $rows = $this->database->rows("SELECT COUNT(*) AS total FROM #__leadbridge_spool WHERE state = 'waiting'");

        return (int) $rows[0]['total'];
    }

    /** Whether the site is in the middle of a transaction of somebody else: then leads are kept, and nothing else is done. */
    public function isInTransaction(): bool
    {
        return $this->database->isInTransaction();
    }

    /** Drops the rows that were sent more than 30 days ago; gives their number. */
    public function purge(): int
    {
        return $this->database->execute(
            "DELETE FROM #__leadbridge_spool WHERE state = 'sent' AND finished_at < :oldest",
            ['oldest' => ($this->clock)() - self::KEPT]
        );
    }

    /** @return  array{due: int, never: int}  what DUE needs */
    private static function due(int $now): array
    {
        return ['due' => $now, 'never' => $now + Pauses::ABSURD];
    }

    /** SQL: rows of whose last failure something can be learnt about the bridge, because it lay not in the row itself. */
    private static function notItsOwn(): string
    {
        return 'last_status NOT IN (' . implode(', ', Outcome::OWN) . ')';
    }

    private function remember(Outcome $outcome): void
    {
        $this->state->note(State::ATTEMPT, $outcome->isAway() ? (string) ($outcome->retryAfter ?? 0) : '');

        $outcome->verdict === Verdict::Sent
            ? $this->state->note(State::SUCCESS, '')
            : $this->state->note(State::TROUBLE, $outcome->status . ' ' . $outcome->error());
    }

    private function finish(Row $row, Outcome $outcome, string $state, ?string $body): void
    {
        $this->database->execute(
            'UPDATE #__leadbridge_spool SET state = :state, body = :body, attempts = :attempts, leased_until = 0,'
            . ' finished_at = :now, last_status = :status, last_error = :error'
            . " WHERE id = :id AND state = 'waiting'",
            [
                'state' => $state,
                'body' => $body,
                'attempts' => $row->attempts + 1,
                'now' => ($this->clock)(),
                'status' => $outcome->status,
                'error' => $outcome->error(),
                'id' => $row->id,
            ]
        );
    }

    private function postpone(Row $row, Outcome $outcome): void
    {
        $attempts = $row->attempts + 1;
        $this->database->execute(
            'UPDATE #__leadbridge_spool SET attempts = :attempts, due_at = :due, leased_until = 0,'
            . ' last_status = :status, last_error = :error'
            . " WHERE id = :id AND state = 'waiting'",
            [
                'attempts' => $attempts,
                'due' => ($this->clock)() + $this->pauses->after($attempts, $outcome->retryAfter),
                'status' => $outcome->status,
                'error' => $outcome->error(),
                'id' => $row->id,
            ]
        );
    }
}
