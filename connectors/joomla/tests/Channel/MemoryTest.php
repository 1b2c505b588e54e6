<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Channel;

use Leadbridge\Plugin\System\Leadbridge\Channel\Memory;
use Leadbridge\Plugin\System\Leadbridge\Channel\Touch;
use PHPUnit\Framework\TestCase;

final class MemoryTest extends TestCase
{
    private const HOME = 'https://www.example.com/';
    private const SEPA = 'https://www.example.com/sepa?utm_source=google&utm_medium=cpc&utm_campaign=&x=1';

    public function testTheFirstTouchStaysAndTheLastThatSaysSomethingCounts(): void
    {
        $memory = Memory::fromArray(null)
            ->with(Touch::of(self::HOME, 'https://news.example.net/artikel', 1000))
            ->with(Touch::of(self::SEPA, '', 2000))
            ->with(Touch::of('https://www.example.com/kontakt', 'https://www.example.com/sepa', 3000));

        self::assertSame([
            'landing_page' => self::SEPA,
            'referrer' => '',
            'utm' => ['source' => 'google', 'medium' => 'cpc'],
            'first_touch' => [
                'at' => '1970-01-01T00:16:40Z',
                'page_url' => self::HOME,
                'referrer' => 'https://news.example.net/artikel',
                'utm' => [],
            ],
        ], $memory->context());
    }

    public function testAVisitorWhoTypedTheAddressStillHasALandingPage(): void
    {
        $memory = Memory::fromArray([])->with(Touch::of(self::HOME, '', 1000));

        self::assertSame(self::HOME, $memory->context()['landing_page']);
        self::assertSame(self::HOME, $memory->context()['first_touch']['page_url']);
    }

    public function testItSurvivesTheSession(): void
    {
        $memory = Memory::fromArray(null)->with(Touch::of(self::SEPA, 'https://www.google.com/', 1000));
        $kept = unserialize(serialize(json_decode((string) json_encode($memory->toArray()), true)));

        self::assertEquals($memory, Memory::fromArray($kept));
        self::assertSame($memory, $memory->with(Touch::of(self::HOME, self::SEPA, 2000)), 'nothing new');
    }

    public function testWhateverStandsInTheSessionIsNoError(): void
    {
        foreach ([null, 'x', 7, ['first' => 'x'], ['first' => ['page_url' => 7], 'last' => []], new \stdClass()] as $kept) {
            self::assertSame([], Memory::fromArray($kept)->context());
        }
    }

    public function testAReferrerOnTheSiteItselfDoesNotCount(): void
    {
        self::assertSame('', Touch::of(self::HOME, 'https://WWW.example.com/sepa', 0)->referrer);
        self::assertSame('', Touch::of(self::HOME, 'nonsense', 0)->referrer);
        self::assertTrue(Touch::of(self::HOME, 'https://shop.example.com/', 0)->saysSomething());
        self::assertFalse(Touch::of(self::HOME, '', 0)->saysSomething());
    }

    public function testStrangeAddressesAreNoError(): void
    {
        $touch = Touch::of('http:///?utm_source[]=x&utm_medium=' . str_repeat('ü', 300), '//', 0);

        self::assertSame([], Touch::of('https://www.example.com/?utm_source[a]=x', '', 0)->utm);
        self::assertLessThanOrEqual(200, mb_strlen($touch->utm['medium'] ?? ''));
    }
}
