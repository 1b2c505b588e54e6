<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Posting\Outcome;
use Leadbridge\Plugin\System\Leadbridge\Posting\Verdict;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

final class SpoolTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
    }

    public function testALeadIsWrittenDownAndLeasedToTheVisitorsRequest(): void
    {
        $row = $this->world->keep();

        self::assertSame([1, 'contact', 'kontakt', Row::WAITING], [$row->id, $row->source, $row->form, $row->state]);
        self::assertStringContainsString('anna@beispiel.example', (string) $row->body);
        self::assertSame(World::NOON + 30, $row->leasedUntil);
        self::assertNull($this->world->spool->nextDue());
    }

    public function testALeadWhoseRequestWasKilledIsDueWhenItsLeaseHasRunOut(): void
    {
        $this->world->keep();
        $this->world->later(29);
        self::assertNull($this->world->spool->nextDue());
        self::assertFalse($this->world->spool->hasWork());

        $this->world->later(1);
        self::assertTrue($this->world->spool->hasWork());
        self::assertSame(1, $this->world->spool->nextDue()?->id);
        self::assertNull($this->world->spool->nextDue(), 'claimed');
    }

    public function testWhatIsPersonalIsGoneAtOnceWhenALeadWasSent(): void
    {
        $row = $this->world->keep();
        $this->fails($row, 503, 'busy');
        $this->world->spool->settle($this->world->row(), new Outcome(Verdict::Sent, 202));
        $all = json_encode($this->world->database->rows('SELECT * FROM #__leadbridge_spool'));

        self::assertNull($this->world->row()->body);
        self::assertSame(['sent', '', 2], [$this->world->row()->state, $this->world->row()->lastError, $this->world->row()->attempts]);
        self::assertStringNotContainsString('anna', (string) $all);
        self::assertStringNotContainsString('Berg', (string) $all);
        self::assertStringNotContainsString('anna', (string) json_encode($this->world->spool->state->all()));
    }

    public function testARetriedLeadRestsLongerEachTime(): void
    {
        $row = $this->world->keep();
        $pauses = [];

        for ($attempt = 1; $attempt <= 4; $attempt++) {
            $this->fails($row, 500, 'broken');
            $row = $this->world->row();
            $pauses[] = $row->dueAt - $this->world->now();
        }

        self::assertSame([15, 30, 60, 120], $pauses);
        self::assertSame([4, 500, 'broken', 0], [$row->attempts, $row->lastStatus, $row->lastError, $row->leasedUntil]);
    }

    public function testAParkedLeadIsListedWithItsReasonAndKeepsItsContent(): void
    {
        $row = $this->world->keep();
        $this->world->spool->settle($row, new Outcome(Verdict::Park, 422, 'fields', 'email'));
        [$parked] = $this->world->ledger->parked();

        self::assertSame([422, 'fields:email', 'kontakt'], [$parked->lastStatus, $parked->lastError, $parked->form]);
        self::assertSame($row->body, $parked->body);
        self::assertSame(World::NOON, $parked->finishedAt);
        self::assertSame(['waiting' => 0, 'parked' => 1, 'sent' => 0], $this->world->ledger->counts());
        self::assertFalse($this->world->spool->hasWork());
    }

    public function testParkedLeadsGoOutAgainOneOrAllUnderTheSameId(): void
    {
        foreach (range(1, 3) as $number) {
            $this->world->spool->settle($this->world->keep(), new Outcome(Verdict::Park, 404, 'unknown-form'));
        }

        self::assertSame(1, $this->world->ledger->resend(2));
        self::assertSame(0, $this->world->ledger->resend(2));
        $row = $this->world->spool->nextDue();
        self::assertSame([2, sprintf('msg_%032d', 2), 0], [$row?->id, $row?->messageId, $row?->attempts]);
        self::assertSame(2, $this->world->ledger->resend());
        self::assertSame(['waiting' => 3, 'parked' => 0, 'sent' => 0], $this->world->ledger->counts());
    }

    public function testOnlyAParkedLeadCanBeDeleted(): void
    {
        $this->world->spool->settle($this->world->keep(), new Outcome(Verdict::Park, 422, 'fields', 'email'));
        $this->world->keep();

        self::assertFalse($this->world->ledger->discard(2));
        self::assertTrue($this->world->ledger->discard(1));
        self::assertFalse($this->world->ledger->discard(1));
        self::assertSame(['waiting' => 1, 'parked' => 0, 'sent' => 0], $this->world->ledger->counts());
    }

    public function testSentRowsVanishAfterThirtyDaysAndNothingElseDoes(): void
    {
        $this->world->spool->settle($this->world->keep(), new Outcome(Verdict::Sent, 202));
        $this->world->spool->settle($this->world->keep(), new Outcome(Verdict::Park, 422));
        $this->world->keep();
        $this->world->later(30 * 86400);
        self::assertSame(0, $this->world->spool->purge());

        $this->world->later(1);
        self::assertSame(1, $this->world->spool->purge());
        self::assertSame(['waiting' => 1, 'parked' => 1, 'sent' => 0], $this->world->ledger->counts());
    }

    public function testWhoComesLateWithAFailureDoesNotUndoASuccess(): void
    {
        $row = $this->world->keep();
        $this->world->spool->settle($row, new Outcome(Verdict::Sent, 202));
        $this->fails($row, 0, 'no-answer');
        $this->world->spool->release($row);

        self::assertSame(['sent', 202, null], [$this->world->row()->state, $this->world->row()->lastStatus, $this->world->row()->body]);
    }

    public function testWhoComesLateWithARefusalBringsNothingPersonalBack(): void
    {
        $row = $this->world->keep();
        $this->world->spool->settle($row, new Outcome(Verdict::Sent, 202));
        $this->world->spool->settle($row, new Outcome(Verdict::Park, 422, 'fields', 'email'));

        self::assertSame([Row::SENT, null], [$this->world->row()->state, $this->world->row()->body]);
        self::assertSame([], $this->world->ledger->parked());
    }

    public function testTheLastTroubleAndTheLastSuccessAreTold(): void
    {
        self::assertNull($this->world->ledger->lastTrouble());
        self::assertSame(0, $this->world->ledger->lastSuccess());

        $this->fails($this->world->keep(), 503, 'busy');
        $this->world->later(5);
        $this->world->spool->settle($this->world->keep(), new Outcome(Verdict::Sent, 202));

        self::assertSame(['at' => World::NOON, 'status' => 503, 'error' => 'busy'], $this->world->ledger->lastTrouble());
        self::assertSame(World::NOON + 5, $this->world->ledger->lastSuccess());
    }

    public function testALockHasOneOwnerUntilItIsGivenBackOrRunsOut(): void
    {
        $state = $this->world->spool->state;

        self::assertTrue($state->lock('run', 'a', 60));
        self::assertFalse($state->lock('run', 'b', 60));
        $state->unlock('run', 'b');
        self::assertFalse($state->lock('run', 'b', 60), 'who does not hold it cannot give it back');
        $state->unlock('run', 'a');
        self::assertTrue($state->lock('run', 'b', 60));
        $this->world->later(30);
        $state->hold('run', 'b', 60);
        $this->world->later(59);
        self::assertFalse($state->lock('run', 'c', 60));
        $this->world->later(1);
        self::assertTrue($state->lock('run', 'c', 60));
    }

    private function fails(Row $row, int $status, string $reason): void
    {
        $this->world->spool->settle($row, new Outcome(Verdict::Retry, $status, $reason));
    }
}
