<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Bridge;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** The clock was a year ahead, and somebody has put it right. */
final class ClockTest extends TestCase
{
    private const YEAR = 365 * 86400;

    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
        $this->world->later(self::YEAR);
    }

    public function testALockOfThenHoldsNobodyOff(): void
    {
        $this->world->waiting(1);
        $this->world->spool->state->lock('run', 'killed', 60);
        $this->world->later(-self::YEAR);

        self::assertTrue($this->world->run()->isWorthwhile());
        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testALeaseOfThenHoldsNobodyOff(): void
    {
        $this->world->keep();
        $this->world->later(-self::YEAR);
        $this->world->database->execute('UPDATE #__leadbridge_spool SET due_at = 0');

        self::assertTrue($this->world->spool->hasWork());
        self::assertSame(1, $this->world->spool->nextDue()?->id);
        self::assertNull($this->world->spool->nextDue(), 'claimed now');
    }

    public function testALeadThatShouldRestUntilThenIsDue(): void
    {
        $this->world->bridge->now(Bridge::says(500), Bridge::accepted());
        $this->world->run()->first($this->world->keep());
        $this->world->later(-self::YEAR);

        self::assertTrue($this->world->run()->isWorthwhile());
        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testABridgeThatWasAwayThenIsTriedNow(): void
    {
        $this->world->bridge->now(Bridge::refused(), Bridge::accepted());
        $this->world->run()->first($this->world->keep());
        $this->world->later(-self::YEAR);
        $this->world->run()->first($this->world->keep());

        self::assertSame(['waiting' => 1, 'parked' => 0, 'sent' => 1], $this->world->ledger->counts());
        self::assertTrue($this->world->run()->isWorthwhile());
    }

    public function testTheOldestRowIsTriedAlthoughTheLastAttemptWasThen(): void
    {
        $this->world->bridge->now(Bridge::refused(), Bridge::accepted());
        $this->world->run()->first($this->world->keep());
        $this->world->later(-self::YEAR);
        $this->world->database->execute('UPDATE #__leadbridge_spool SET due_at = :due', ['due' => World::NOON + 3600]);

        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testWhatWasSentLongAgoIsDroppedAgain(): void
    {
        $this->world->run()->drain(20_000);
        $this->world->later(-self::YEAR);
        $this->world->run()->first($this->world->keep());
        $this->world->database->execute('UPDATE #__leadbridge_spool SET finished_at = 1');
        $this->world->run()->drain(20_000);
        $this->world->later(3600);
        $this->world->run()->drain(20_000);

        self::assertSame(0, $this->world->ledger->counts()['sent']);
    }

    public function testAClockThatIsASecondAheadElsewhereMakesNoDifference(): void
    {
        $this->world->spool->state->lock('run', 'another server', 60);
        $this->world->keep();
        $this->world->later(-1);

        self::assertFalse($this->world->spool->state->lock('run', 'this one', 60));
        self::assertNull($this->world->spool->nextDue());
    }
}
