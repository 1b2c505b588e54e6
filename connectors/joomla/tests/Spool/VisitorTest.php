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
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Bridge;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** What happens in the visitor's own request. */
final class VisitorTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
    }

    public function testALeadIsAtTheBridgeBeforeTheVisitorSeesTheAnswer(): void
    {
        $this->world->run()->first($this->world->keep());

        self::assertSame(Row::SENT, $this->world->row()->state);
        self::assertSame(800, $this->world->bridge->posts[0]['milliseconds']);
    }

    public function testASlowBridgeTakesTheVisitorAtMostEightTenthsOfASecond(): void
    {
        $this->world->bridge->now(Bridge::accepted(20_000));
        $this->world->run()->first($this->world->keep());

        self::assertSame(World::NOON, $this->world->now());
        self::assertSame([Row::WAITING, 1, 'no-answer:Operation timed out'], $this->state(1));
        self::assertSame(15, $this->world->row()->dueAt - World::NOON);
    }

    public function testALeadThatComesBeforeTheSecretIsKeptAndGoesOutOnceItIsThere(): void
    {
        $begun = new World(['secret' => '']);
        self::assertTrue($begun->settings()->isBegun());
        $begun->run()->first($begun->keep());

        self::assertSame([], $begun->bridge->posts);
        self::assertSame([Row::WAITING, 'incomplete'], [$begun->row()->state, $begun->row()->lastError]);
        $complete = new Courier($this->world->settings(), $begun->bridge, $begun->now(...), 'x');
        $run = new Run($begun->spool, $complete);
        self::assertSame(['sent' => 1, 'left' => 0, 'parked' => 0], $run->sendNow(20_000));
    }

    public function testAllLeadsOfARequestShareASecond(): void
    {
        $this->world->bridge->now(Bridge::accepted(400));
        $run = $this->world->run();

        foreach (range(1, 4) as $number) {
            $run->first($this->world->keep());
        }

        self::assertSame([800, 600], array_column($this->world->bridge->posts, 'milliseconds'));
        self::assertSame([Row::WAITING, 0, ''], $this->state(3));
        self::assertSame([Row::WAITING, 0, ''], $this->state(4));
        self::assertSame(0, $this->world->row(4)->leasedUntil);
        self::assertTrue($this->world->run()->isWorthwhile(), 'a lack of time does not look like a bridge that is away');
    }

    public function testForAMinuteAfterTheBridgeWasAwayNobodyWaitsForIt(): void
    {
        $this->world->bridge->now(Bridge::refused());
        $this->world->run()->first($this->world->keep());
        $this->world->later(59);
        $this->world->run()->first($this->world->keep());
        self::assertCount(1, $this->world->bridge->posts);
        self::assertSame([Row::WAITING, 0, ''], $this->state(2));

        $this->world->later(1);
        $this->world->bridge->now(Bridge::accepted());
        $this->world->run()->first($this->world->keep());
        self::assertSame([Row::SENT, 1, ''], $this->state(3));
    }

    public function testASuccessOfAnybodyEndsTheMinute(): void
    {
        $this->world->bridge->now(Bridge::refused(), Bridge::accepted());
        $this->world->run()->first($this->world->keep());
        $this->world->later(20);
        $this->world->run()->drain(10_000);
        $this->world->run()->first($this->world->keep());

        self::assertSame(['waiting' => 0, 'parked' => 0, 'sent' => 2], $this->world->ledger->counts());
    }

    public function testARefusedLeadAndAnErrorInsideTheBridgeSayNothingAboutTheNextVisitor(): void
    {
        $this->world->bridge->now(Bridge::says(422), Bridge::says(500), Bridge::accepted());

        foreach (range(1, 3) as $number) {
            $this->world->run()->first($this->world->keep());
        }

        self::assertSame([Row::PARKED, Row::WAITING, Row::SENT], [
            $this->state(1)[0], $this->state(2)[0], $this->state(3)[0],
        ]);
    }

    public function testASuccessMakesWhatRestsDueAtOnce(): void
    {
        $this->world->bridge->now(Bridge::refused());
        $this->world->run()->first($this->world->keep());
        $this->world->later(61);
        $this->world->bridge->now(Bridge::accepted());
        $this->world->run()->first($this->world->keep());

        self::assertLessThanOrEqual($this->world->now(), $this->world->row(1)->dueAt);
    }

    public function testAPageLoadWithNothingToDoCostsOneRead(): void
    {
        $this->world->run()->first($this->world->keep());
        $before = $this->world->database->statements;

        self::assertFalse($this->world->run()->isWorthwhile());
        self::assertSame(1, $this->world->database->statements - $before);
    }

    public function testAPageLoadCatchesUpOnlyWhenThatMakesSense(): void
    {
        $this->world->waiting(2);
        self::assertTrue($this->world->run()->isWorthwhile());

        $this->world->spool->state->lock('run', 'somebody else', 60);
        self::assertFalse($this->world->run()->isWorthwhile(), 'somebody is at it');

        $this->world->later(60);
        $this->world->bridge->now(Bridge::refused());
        $this->world->run()->drain(1000);
        self::assertFalse($this->world->run()->isWorthwhile(), 'the bridge is away');

        $this->world->later(60);
        self::assertTrue($this->world->run()->isWorthwhile());
    }

    public function testPageLoadsLeaveALeadAloneThatRestsForAReasonOfItsOwn(): void
    {
        $this->world->bridge->now(Bridge::says(500));
        $this->world->run()->first($this->world->keep());
        $this->world->later(14);
        self::assertFalse($this->world->run()->isWorthwhile());

        $this->world->later(1);
        self::assertTrue($this->world->run()->isWorthwhile());
    }

    public function testTwoVisitorsAtTheSameMomentAreBothServed(): void
    {
        self::assertSame([Row::SENT, 0], $this->whenAnotherComesAfter(1));
    }

    public function testWhileOneVisitorFindsOutThatTheBridgeIsAwayNoOtherWaits(): void
    {
        self::assertSame([Row::WAITING, 0], $this->whenAnotherComesAfter(2));
        self::assertTrue($this->world->run()->isWorthwhile(), 'the answer has settled it');
        $this->world->run()->first($this->world->keep());
        self::assertSame(Row::SENT, $this->state(3)[0]);
    }

    /** @return  array{string, int}  state and lease of the other's lead, who comes so many seconds into an attempt */
    private function whenAnotherComesAfter(int $seconds): array
    {
        $transport = new class ($this->world, $seconds) implements Transport {
            private int $posts = 0;

            public function __construct(private readonly World $world, private readonly int $seconds)
            {
            }

            public function post(string $url, string $body, array $headers, int $milliseconds): Answer
            {
                if (++$this->posts === 1) {
                    // Meanwhile somebody else sends a form, on another process.
                    $this->world->later($this->seconds);
                    $courier = new Courier($this->world->settings(), $this, $this->world->now(...), 'x');
                    (new Run($this->world->spool, $courier))->first($this->world->keep());
                }

                return Bridge::accepted();
            }
        };
        $courier = new Courier($this->world->settings(), $transport, $this->world->now(...), 'x');
        (new Run($this->world->spool, $courier))->first($this->world->keep());

        return [$this->world->row(2)->state, $this->world->row(2)->leasedUntil];
    }

    public function testAnAttemptThatNeverEndedIsForgottenAfterAMinute(): void
    {
        self::assertTrue($this->world->spool->state->begin(Run::AWAY));
        $this->world->later(59);
        self::assertFalse($this->world->spool->state->begin(Run::AWAY));
        $this->world->later(1);
        self::assertTrue($this->world->spool->state->begin(Run::AWAY));
    }

    public function testWhereAPostCannotBeEndedInTimeNoVisitorWaitsForOne(): void
    {
        $this->world->run(keepsTime: false)->first($this->world->keep());

        self::assertSame([], $this->world->bridge->posts);
        self::assertSame([Row::WAITING, 0, ''], $this->state(1));
        self::assertSame(1, $this->world->run(keepsTime: false)->drain(20_000)['sent'], 'behind the scenes it is sent');
    }

    public function testWhereAllLeadsGoOutAtOnceOldRowsVanishAllTheSameAtMostHourly(): void
    {
        $this->world->run()->first($this->world->keep());
        $this->world->database->execute('UPDATE #__leadbridge_spool SET finished_at = 1');
        $this->world->later(3599);
        $this->world->run()->first($this->world->keep());
        self::assertSame(2, $this->world->ledger->counts()['sent']);

        $this->world->later(1);
        $this->world->run()->first($this->world->keep());
        self::assertSame(2, $this->world->ledger->counts()['sent'], 'the new one, and not the first');
    }

    /** @return  array{string, int, string} */
    private function state(int $id): array
    {
        $row = $this->world->row($id);

        return [$row->state, $row->attempts, $row->lastError];
    }
}
