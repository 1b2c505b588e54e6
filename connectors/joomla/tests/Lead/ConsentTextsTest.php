<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;
use PHPUnit\Framework\TestCase;

final class ConsentTextsTest extends TestCase
{
    private const ROWS = [
        ['purpose' => 'email', 'language' => '*', 'text' => 'any'],
        ['purpose' => 'email', 'language' => 'de-AT', 'text' => 'Austrian'],
        ['purpose' => 'email', 'language' => 'de-DE', 'text' => 'German'],
        ['purpose' => 'phone', 'language' => 'en', 'text' => 'English'],
        ['purpose' => 'tracking', 'language' => '*', 'text' => ''],
    ];

    public function testTheExactLanguageWinsThenTheTongueThenAny(): void
    {
        $texts = ConsentTexts::fromRows([], self::ROWS);

        self::assertSame('German', $texts->text('email', 'de-DE'));
        self::assertSame('Austrian', $texts->text('email', 'de-CH'));
        self::assertSame('any', $texts->text('email', 'fr-FR'));
        self::assertSame('English', $texts->text('phone', 'en-US'));
        self::assertSame('', $texts->text('phone', 'de-DE'));
    }

    public function testABoxIsShownWhereItIsWantedAndOnlyWithAText(): void
    {
        $texts = ConsentTexts::fromRows(
            ['email' => 'both', 'tracking' => 'contact', 'phone' => 'registration'],
            self::ROWS
        );

        self::assertSame(['email' => 'any'], $texts->shown('contact', 'en-GB'));
        self::assertSame(['email' => 'any', 'phone' => 'English'], $texts->shown('registration', 'en-GB'));
        self::assertSame(['email' => 'German'], $texts->shown('registration', 'de-DE'));
        self::assertSame([], $texts->shown('rsform', 'de-DE'));
        self::assertSame([], ConsentTexts::fromRows(['email' => 'none'], self::ROWS)->shown('contact', 'de-DE'));
    }

    public function testATextThatTheBridgeCouldNotKeepHasNoBox(): void
    {
        $rows = [['purpose' => 'email', 'language' => '*', 'text' => str_repeat('ü', 5001)]];

        self::assertSame([], ConsentTexts::fromRows(['email' => 'contact'], $rows)->shown('contact', 'de-DE'));
    }

    public function testTickedBoxesAreReadFromTheirGroup(): void
    {
        $data = ['leadbridge' => ['consent_email' => '1', 'consent_phone' => '0'], 'consent_tracking' => '1'];

        self::assertSame(['email'], ConsentTexts::ticked($data));
        self::assertSame([], ConsentTexts::ticked(['leadbridge' => 'consent_email']));
        self::assertSame([], ConsentTexts::ticked([]));
    }
}
