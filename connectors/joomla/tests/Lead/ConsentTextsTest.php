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

    public function testABoxThatIsSwitchedOnWithoutAnyTextIsFound(): void
    {
        $places = ['email' => 'contact', 'tracking' => 'none', 'phone' => 'both'];
        $rows = [
            ['purpose' => 'email', 'language' => 'fr-FR', 'text' => 'Oui.'],
            ['purpose' => 'phone', 'language' => '*', 'text' => ''],
        ];
        $consents = ConsentTexts::fromRows($places, $rows);

        self::assertSame(['phone'], $consents->withoutText());
        self::assertSame(['email'], $consents->asked('contact'));
        self::assertSame([], $consents->asked('registration'));
        self::assertSame([], ConsentTexts::fromRows([], [])->withoutText());
    }

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

    public function testOnAPageOnlyTheMarkOfThePresentTextIsAYes(): void
    {
        $answer = self::answer(...);

        self::assertSame(['email' => true], $answer(ConsentTexts::mark('German'), true));
        self::assertSame(['email' => false], $answer('', true));
        self::assertSame(['email' => false], $answer(null, true));
        self::assertSame(['email' => null], $answer(ConsentTexts::mark('Austrian'), true), 'ticked beside another text');
        self::assertSame(['email' => null], $answer('1', true));
    }

    public function testWhoSeesNoPageAnswersWithAPlainYesOrNotAtAll(): void
    {
        self::assertSame(['email' => true], self::answer('1', false));
        self::assertSame([], self::answer('0', false));
        self::assertSame([], self::answer(null, false));
    }

    public function testAMarkIsShortAndOfOneText(): void
    {
        self::assertMatchesRegularExpression('/^[0-9a-f]{16}$/', ConsentTexts::mark('Ja, „gern“'));
        self::assertNotSame(ConsentTexts::mark('Ja.'), ConsentTexts::mark('Ja'));
    }

    public function testBoxesAreReadFromTheirGroupOnly(): void
    {
        $texts = ConsentTexts::fromRows(['email' => 'both'], self::ROWS);
        $mark = ConsentTexts::mark('German');

        foreach ([['consent_email' => $mark], ['leadbridge' => $mark], ['leadbridge' => ['consent_phone' => $mark]]] as $data) {
            self::assertSame(['email' => false], $texts->answers('contact', 'de-DE', $data, true));
        }

        self::assertSame([], $texts->answers('rsform', 'de-DE', ['leadbridge' => ['consent_email' => $mark]], true));
    }

    /** @return  array<string, bool|null> */
    private static function answer(?string $sent, bool $isPage): array
    {
        $data = $sent === null ? [] : ['leadbridge' => ['consent_email' => $sent]];

        return ConsentTexts::fromRows(['email' => 'contact'], self::ROWS)->answers('contact', 'de-DE', $data, $isPage);
    }
}
