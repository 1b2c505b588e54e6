<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Courier;
use Leadbridge\Plugin\System\Leadbridge\Posting\Transport;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Bridge;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** What happens behind the scenes. */
final class RunTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
    }

    public function testARunSendsWhatIsDueOldestFirstAndOnce(): void
    {
        $this->world->waiting(5);

        self::assertSame(['sent' => 5, 'left' => 0, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertSame(['sent' => 0, 'left' => 0, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertSame(
            array_map(static fn (int $number): string => sprintf('msg_%032d', $number), range(1, 5)),
            $this->world->bridge->ids()
        );
        self::assertSame(10_000, $this->world->bridge->posts[0]['milliseconds']);
    }

    public function testTwoFailuresInARowEndTheRun(): void
    {
        $this->world->waiting(5);
        $this->world->bridge->now(Bridge::refused());

        self::assertSame(['sent' => 0, 'left' => 5, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertCount(2, $this->world->bridge->posts);
    }

    public function testFailuresThatAreNotInARowDoNotEndIt(): void
    {
        $this->world->waiting(5);
        $this->world->bridge->now(Bridge::says(503), Bridge::accepted(), Bridge::says(429), Bridge::accepted());

        self::assertSame(['sent' => 3, 'left' => 2, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertCount(5, $this->world->bridge->posts, 'each row was tried once');
    }

    public function testALeadThatBreaksTheBridgeHoldsUpNoOther(): void
    {
        $this->world->waiting(5);
        $broken = Bridge::says(500);
        $this->world->bridge->now($broken, $broken, $broken, Bridge::says(422), Bridge::accepted());

        self::assertSame(['sent' => 1, 'left' => 3, 'parked' => 1], $this->world->run()->drain(20_000));
        self::assertSame(15, $this->world->row(1)->dueAt - World::NOON, 'the success did not make it due');
    }

    public function testARunEndsWhenItsTimeIsOver(): void
    {
        $this->world->waiting(10);
        $this->world->bridge->now(Bridge::accepted(300));

        self::assertSame(3, $this->world->run()->drain(1000)['sent']);
        self::assertSame([1000, 700, 400], array_column($this->world->bridge->posts, 'milliseconds'));
    }

    public function testOneRunAtATime(): void
    {
        $this->world->waiting(1);
        $this->world->spool->state->lock('run', 'somebody else', 60);
        self::assertSame(['sent' => 0, 'left' => 1, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertSame([], $this->world->bridge->posts);

        $this->world->later(60);
        self::assertSame(1, $this->world->run()->drain(20_000)['sent'], 'the other one was killed');
    }

    public function testARunGivesItsLockBackEvenWhenItFails(): void
    {
        $this->world->waiting(1);
        $this->world->database->execute('ALTER TABLE #__leadbridge_spool RENAME TO test_away');

        try {
            $this->world->run()->drain(20_000);
            self::fail('It did not fail.');
        } catch (\PDOException) {
            $this->world->database->execute('ALTER TABLE test_away RENAME TO #__leadbridge_spool');
        }

        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testARunThatWasKilledInTheMiddleLosesNothing(): void
    {
        $this->world->waiting(2);
        $this->world->spool->state->lock('run', 'killed', 60);
        $this->world->spool->nextDue();
        $this->world->later(60);

        self::assertSame(2, $this->world->run()->drain(20_000)['sent']);
    }

    public function testWhenNothingIsDueTheOldestRowIsTriedEveryHalfMinute(): void
    {
        $this->away(3, 6);
        $this->world->later(29);
        $this->world->run()->drain(20_000);
        self::assertSame([], $this->world->bridge->posts);

        $this->world->later(1);
        $this->world->run()->drain(20_000);
        self::assertSame([sprintf('msg_%032d', 1)], $this->world->bridge->ids());
    }

    public function testWhenTheBridgeIsBackEverythingLeavesInTheSameRun(): void
    {
        $this->away(100, 8);
        $this->world->later(30);
        $this->world->bridge->now(Bridge::accepted());

        self::assertSame(['sent' => 100, 'left' => 0, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertCount(100, array_unique($this->world->bridge->ids()));
        self::assertCount(100, $this->world->bridge->posts);
    }

    public function testAHundredLeadsLeaveWithinTwoMinutesWhereverInItsMinuteTheSchedulerIs(): void
    {
        foreach ([0, 1, 29, 30, 31, 59, 60] as $second) {
            $this->world = new World();
            $this->away(100, 10);
            $back = $this->world->now();
            $this->world->bridge->now(Bridge::accepted());
            $this->world->later($second);

            while ($this->world->run()->drain(50_000)['left'] > 0) {
                $this->world->later(60);
            }

            self::assertLessThanOrEqual(120, $this->world->now() - $back);
            self::assertCount(100, array_unique($this->world->bridge->ids()));
        }
    }

    public function testABridgeThatAskedToBeLeftAloneIsNotTriedEarlier(): void
    {
        $this->world->waiting(1);
        $this->world->bridge->now(Bridge::says(503, '', ['retry-after' => '600']));
        $this->world->run()->drain(20_000);
        $this->world->bridge->posts = [];
        $this->world->bridge->now(Bridge::accepted());

        $this->world->later(599);
        $this->world->run()->drain(20_000);
        self::assertSame([], $this->world->bridge->posts);

        $this->world->later(1);
        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testARowThatRestsForAReasonOfItsOwnIsNoProbe(): void
    {
        $this->world->waiting(1);
        $this->world->bridge->now(Bridge::says(500));
        $this->world->run()->drain(20_000);
        $this->world->later(15);
        $this->world->run()->drain(20_000);
        self::assertCount(2, $this->world->bridge->posts);

        $this->world->later(29);
        $this->world->run()->drain(20_000);
        self::assertCount(2, $this->world->bridge->posts);
    }

    public function testTheButtonSendsWhatRestsToo(): void
    {
        $this->away(3, 5);
        $this->world->bridge->now(Bridge::accepted());

        self::assertSame(['sent' => 3, 'left' => 0, 'parked' => 0], $this->world->run()->sendNow(20_000));
    }

    public function testARunDropsWhatWasSentLongAgoOnceAnHour(): void
    {
        $this->world->waiting(1);
        $this->world->run()->drain(20_000);
        $this->world->later(31 * 86400);
        $this->world->run()->drain(20_000);
        self::assertSame(0, $this->world->ledger->counts()['sent']);

        $this->world->waiting(1);
        $this->world->run()->drain(20_000);
        $this->world->database->execute('UPDATE #__leadbridge_spool SET finished_at = 1');
        $this->world->later(3599);
        $this->world->run()->drain(20_000);
        self::assertSame(1, $this->world->ledger->counts()['sent']);
    }

    public function testARunHoldsItsLockAsLongAsItTakes(): void
    {
        $this->world->waiting(10);
        $slow = new class ($this->world) implements Transport {
            /** @var  list<bool>  whether somebody else could have begun a run then */
            public array $isFree = [];

            public function __construct(private readonly World $world)
            {
            }

            public function post(string $url, string $body, array $headers, int $milliseconds): Answer
            {
                $this->isFree[] = $this->world->spool->state->lock('run', 'somebody else', 60);
                $this->world->passes(9000);

                return Bridge::accepted();
            }
        };
        $courier = new Courier($this->world->settings(), $slow, $this->world->now(...), 'x');
        (new Run($this->world->spool, $courier, fn (): int => 1000 * $this->world->now()))->drain(100_000);

        self::assertSame(array_fill(0, 10, false), $slow->isFree);
    }

    public function testASecretThatCannotBeReadKeepsTheLeadsUntilItIsCorrected(): void
    {
        $wrong = new World(['secret' => 'whsec_no!']);
        $wrong->waiting(3);
        $wrong->run()->drain(20_000);

        self::assertSame(['waiting' => 3, 'parked' => 0, 'sent' => 0], $wrong->ledger->counts());
        self::assertStringStartsWith('secret:', $wrong->ledger->lastTrouble()['error'] ?? '');
    }

    /** So many leads that were tried so often while the bridge was away; the last attempt was just now. */
    private function away(int $leads, int $attempts): void
    {
        $this->world->waiting($leads);
        $this->world->bridge->now(Bridge::refused());

        for ($attempt = 0; $attempt < $attempts; $attempt++) {
            $this->world->spool->hurry();

            for ($run = 0; $run < $leads; $run += 2) {
                $this->world->run()->drain(20_000);
            }
        }

        self::assertNull($this->world->spool->nextDue(), 'all of them rest');
        $this->world->bridge->posts = [];
    }
}
