<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Spool\Claims;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\MeddledDatabase;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\SqliteDatabase;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** One row, several who want it. */
final class ClaimsTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
    }

    public function testWhoComesSecondGoesOnWithTheNextRow(): void
    {
        $this->world->waiting(2);
        $database = new MeddledDatabase($this->world->database, $this->world->database, function (int $reading): void {
            if ($reading === 1) {
                $this->takenByAnother(1);
            }
        });

        self::assertSame(2, $this->claims($database)->oldest('1 = 1')?->id);
        self::assertSame(World::NOON + 59, $this->world->row(1)->leasedUntil, 'it is still the other one\'s');
    }

    public function testARowThatLooksFreeForEverIsAskedForOnce(): void
    {
        $this->world->waiting(1);
        $database = new MeddledDatabase($this->world->database, $this->oldState(1), static fn () => null);
        $this->takenByAnother(1);

        self::assertNull($this->claims($database)->oldest('1 = 1'));
        self::assertSame(2, $database->readings);
    }

    public function testAfterManyRowsThatWereTakenItIsBetterToComeBackLater(): void
    {
        $this->world->waiting(30);
        $database = new MeddledDatabase($this->world->database, $this->oldState(30), static fn () => null);
        array_map($this->takenByAnother(...), range(1, 30));

        self::assertNull($this->claims($database)->oldest('1 = 1'));
        self::assertSame(20, $database->readings);
    }

    /** What a transaction sees that began before others took the rows. */
    private function oldState(int $rows): SqliteDatabase
    {
        $old = new World();
        $old->waiting($rows);

        return $old->database;
    }

    private function takenByAnother(int $id): void
    {
        $this->world->database->execute(
            'UPDATE #__leadbridge_spool SET leased_until = :until WHERE id = :id',
            ['until' => World::NOON + 59, 'id' => $id]
        );
    }

    private function claims(MeddledDatabase $database): Claims
    {
        return new Claims($database, $this->world->now(...));
    }
}
