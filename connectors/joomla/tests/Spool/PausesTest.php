<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Spool\Pauses;
use PHPUnit\Framework\TestCase;

final class PausesTest extends TestCase
{
    public function testEachPauseIsTwiceAsLongUpToSixHours(): void
    {
        $pauses = new Pauses(static fn (): float => 0.5);
        $seconds = array_map(static fn (int $attempts): int => $pauses->after($attempts), range(1, 14));

        self::assertSame(
            [15, 30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600, 21600],
            $seconds
        );
        self::assertSame(21600, $pauses->after(100_000));
    }

    public function testChanceMovesAPauseByAFifthAtMost(): void
    {
        self::assertSame(12, (new Pauses(static fn (): float => 0.0))->after(1));
        self::assertSame(18, (new Pauses(static fn (): float => 1.0))->after(1));

        $pauses = array_map(static fn (): int => Pauses::ordinary()->after(12), range(1, 300));
        self::assertGreaterThanOrEqual(17280, min($pauses));
        self::assertLessThanOrEqual(25920, max($pauses));
        self::assertGreaterThan(100, \count(array_unique($pauses)));
    }

    public function testTheBridgesWishIsALowerBound(): void
    {
        $pauses = new Pauses(static fn (): float => 0.5);

        self::assertSame(3600, $pauses->after(1, 3600));
        self::assertSame(120, $pauses->after(4, 5));
        self::assertSame(15, $pauses->after(1, 0));
    }
}
