<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Lead\Lengths;
use PHPUnit\Framework\TestCase;

final class LengthsTest extends TestCase
{
    public function testALongMessageGoesOnInFurtherFieldsAndLosesNothing(): void
    {
        $text = implode(' ', range(1, 4000));
        $fields = Lengths::parted(['message' => $text]);

        self::assertSame(['message', 'message_2', 'message_3', 'message_4'], array_keys($fields));
        self::assertLessThanOrEqual(5000, max(array_map('mb_strlen', $fields)));
        self::assertStringEndsWith(' […]', $fields['message']);
        self::assertSame($text, str_replace(' […]', '', implode('', $fields)));
    }

    public function testWhatFitsIsLeftAsItIs(): void
    {
        $fields = ['message' => str_repeat('ü', 4996), 'company' => str_repeat('ü', 296), 'role' => 'x'];

        self::assertSame($fields, Lengths::parted($fields));
    }

    public function testALongCompanyKeepsToOneLineAndGoesOnBeside(): void
    {
        $fields = Lengths::parted(['company' => str_repeat('ab', 200)]);

        self::assertSame([300, 104], array_map('mb_strlen', array_values($fields)));
        self::assertSame(['company', 'company_2'], array_keys($fields));
    }

    public function testAnAddressOrANumberIsNeverShortenedToAnotherOne(): void
    {
        $email = str_repeat('a', 400) . '@beispiel.example';

        self::assertSame(['email' => $email, 'phone' => str_repeat('1', 400)], Lengths::parted([
            'email' => $email,
            'phone' => str_repeat('1', 400),
        ]));
    }

    public function testABodyIsNeverLargerThanTheBridgeTakes(): void
    {
        foreach (['a', 'ü', '👋', "\x01", '"', "\xff"] as $character) {
            $huge = Lengths::parted([
                'email' => 'anna@beispiel.example',
                'message' => str_repeat($character, 300_000),
                'products' => str_repeat($character, 300_000),
            ]);
            $consents = array_fill_keys(['email', 'tracking'], ['given' => true, 'text' => str_repeat('ü', 5000)]);
            $body = (new Lead('kontakt', 0, $huge, $consents, ['page_url' => str_repeat('x', 2000)]))->body();
            $fields = json_decode($body, true, 16, JSON_THROW_ON_ERROR)['fields'];

            self::assertLessThanOrEqual(60 * 1024, \strlen($body));
            self::assertSame('anna@beispiel.example', $fields['email']);
            self::assertStringContainsString('[…]', $fields['message']);
            self::assertLessThanOrEqual(60, \count($fields));
        }
    }

    public function testALeadOfALimitedSizeIsNotCutAtAll(): void
    {
        $fields = ['email' => 'anna@beispiel.example', 'message' => str_repeat('x', 4000)];

        self::assertSame($fields, json_decode((new Lead('kontakt', 0, $fields, [], []))->body(), true)['fields']);
    }

    public function testABodyWhoseConsentTextsAloneAreHugeIsMadeAllTheSame(): void
    {
        $consents = array_fill_keys(['email', 'tracking', 'phone'], ['given' => true, 'text' => str_repeat('👋', 5000)]);

        self::assertNotSame('', (new Lead('kontakt', 0, ['email' => 'a@b.example'], $consents, []))->body());
        self::assertNotSame('', (new Lead('kontakt', 0, [], $consents, []))->body());
    }
}
