<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\PersonName;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class PersonNameTest extends TestCase
{
    /** @dataProvider names */
    #[DataProvider('names')]
    public function testANameIsSplitAtItsLastBlank(string $whole, string $first, string $last): void
    {
        $name = PersonName::of($whole);

        self::assertSame([$first, $last], [$name->first, $name->last]);
    }

    /** @return  list<array{string, string, string}> */
    public static function names(): array
    {
        return [
            ['Anna Berg', 'Anna', 'Berg'],
            ['  Anna   Maria  Berg ', 'Anna Maria', 'Berg'],
            ["Anna\u{a0}Berg", 'Anna', 'Berg'],
            ['Anna Müller-Lüdenscheidt', 'Anna', 'Müller-Lüdenscheidt'],
            ['Berg', '', 'Berg'],
            ['Berg, Anna Maria', 'Anna Maria', 'Berg'],
            ['Berg, Anna, Dr.', 'Berg, Anna,', 'Dr.'],
            ['山田 太郎', '山田', '太郎'],
            ['', '', ''],
            ["  \t ", '', ''],
            ["M\xfcller Berg", "M\xfcller", 'Berg'],
        ];
    }
}
