<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Spool\Row;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** An extension registers somebody inside a transaction of its own. */
final class TransactionTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
        $this->world->database->connection->beginTransaction();
    }

    public function testTheLeadIsKeptAndNothingElseIsTouched(): void
    {
        $this->world->run()->first($this->world->keep());

        self::assertSame([], $this->world->bridge->posts);
        self::assertSame([], $this->world->spool->state->all(), 'no row that other visitors need is locked');
        self::assertSame([Row::WAITING, 0], [$this->world->row()->state, $this->world->row()->leasedUntil]);
    }

    public function testItGoesOutOnceTheTransactionIsDone(): void
    {
        $this->world->run()->first($this->world->keep());
        $this->world->database->connection->commit();

        self::assertTrue($this->world->run()->isWorthwhile());
        self::assertSame(1, $this->world->run()->drain(20_000)['sent']);
    }

    public function testItVanishesWithWhatItBelongsTo(): void
    {
        $this->world->run()->first($this->world->keep());
        $this->world->database->connection->rollBack();

        self::assertSame(['waiting' => 0, 'parked' => 0, 'sent' => 0], $this->world->ledger->counts());
    }

    public function testNoRunHappensInsideOne(): void
    {
        $this->world->waiting(1);

        self::assertFalse($this->world->run()->isWorthwhile());
        self::assertSame(['sent' => 0, 'left' => 1, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertSame([], $this->world->spool->state->all());
    }
}
