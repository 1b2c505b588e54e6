<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Person;
use PHPUnit\Framework\TestCase;

final class PersonTest extends TestCase
{
    public function testWhoCanBeAskedIsNamedByAddressElseByNameElseByNumber(): void
    {
        $anna = ['phone' => '0211 1', 'first_name' => 'Anna', 'last_name' => 'Berg', 'email' => ' anna@beispiel.example '];

        foreach (
            [
                'anna@beispiel.example' => $anna,
                'Anna Berg' => ['email' => ''] + $anna,
                'Berg' => ['last_name' => 'Berg'],
                '0211 1' => ['phone' => '0211 1'],
                '' => ['message' => 'geheim', 'email' => ['anna@beispiel.example']],
            ] as $person => $fields
        ) {
            self::assertSame($person, Person::of((string) json_encode(['form' => 'kontakt', 'fields' => $fields])));
        }
    }

    public function testABodyThatIsGoneOrBrokenNamesNobody(): void
    {
        foreach ([null, '', 'x', '[]', '7', '{"fields": 7}', '{"fields": "anna"}', "\xff"] as $body) {
            self::assertSame('', Person::of($body));
        }
    }

    public function testALongNameIsCut(): void
    {
        self::assertSame(200, mb_strlen(Person::of((string) json_encode(['fields' => ['email' => str_repeat('ä', 5000)]]))));
    }
}
