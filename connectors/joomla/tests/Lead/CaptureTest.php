<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Capture;
use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;
use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Contract;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class CaptureTest extends TestCase
{
    private const CONTACT = ['contact_name' => 'Anna Berg', 'contact_email' => 'anna@beispiel.example'];
    private const VISITOR = '0123456789abcdef0123456789abcdef';

    /**
     * @dataProvider submissions
     *
     * @param  array<string, mixed>  $case
     */
    #[DataProvider('submissions')]
    public function testAFormBecomesExactlyThisLead(array $case): void
    {
        $lead = (new Capture(Settings::fromArray($case['settings'] + World::SETTINGS)))->lead(
            $case['source'],
            $case['form_id'],
            $case['data'],
            $case['context'],
            $case['language'],
            $case['now']
        );

        self::assertSame($case['payload'] === null, $lead === null);
        self::assertSame($case['payload'], $lead === null ? null : json_decode($lead->body(), true));
    }

    public function testAPasswordNeverLeavesWhateverIsListed(): void
    {
        $secret = 'Geheim-4711 ü';
        $hidden = [
            'password' => $secret, 'Password2' => $secret, 'jform_pwd' => $secret, 'PASSWD' => [$secret],
            'apiToken' => ['deep' => ['deeper' => $secret]], 'client_secret' => $secret, 'g-recaptcha-response' => $secret,
            'activation' => $secret, 'otpKey' => $secret, 'otep' => $secret, 'csrf.key' => $secret, 'Passwort' => $secret,
            'com_fields' => ['kennwort' => $secret, 'company' => " $secret ", 'list' => ['a', $secret]],
            'contact_message' => $secret,
        ];
        $rows = [];

        foreach (['password', 'Password2', 'jform_pwd', 'passwd', 'apiToken', 'apiToken.deep', 'apiToken.deep.deeper',
            'client_secret', 'g-recaptcha-response', 'activation', 'otpKey', 'otep', 'csrf.key', 'passwort', 'com_fields',
            'com_fields.kennwort', 'com_fields.company', 'com_fields.list', 'contact_message', 'contact_name',
        ] as $number => $name) {
            $rows[] = ['source' => 'any', 'joomla' => $name, 'leadbridge' => "field$number"];
        }

        $lead = $this->capture(['fields' => $rows], $hidden + self::CONTACT);

        self::assertStringNotContainsString('Geheim', $lead->body());
        self::assertSame(['a', 'a', 'Anna Berg'], array_values($lead->fields));
    }

    public function testAPasswordDoesNotLeaveInPiecesEither(): void
    {
        $rows = [
            ['source' => 'any', 'joomla' => 'list', 'leadbridge' => 'list'],
            ['source' => 'any', 'joomla' => 'contact_email', 'leadbridge' => 'email'],
        ];
        $lead = $this->capture(['fields' => $rows], ['pwd' => 'Geheim, 4711', 'list' => ['Geheim', '4711']] + self::CONTACT);

        self::assertSame(['email'], array_keys($lead->fields));
    }

    public function testAShortValueOfSuchAFieldTakesNothingElseAlong(): void
    {
        $rows = [['source' => 'any', 'joomla' => 'quantity', 'leadbridge' => 'quantity']];
        $lead = $this->capture(['fields' => $rows], ['captcha' => '1', 'quantity' => 1] + self::CONTACT);

        self::assertSame(['quantity' => '1'], $lead->fields);
    }

    public function testAListedArrayIsJoinedAndOtherThingsAreLeftOut(): void
    {
        $rows = array_map(
            static fn (string $name): array => ['source' => 'any', 'joomla' => $name, 'leadbridge' => $name],
            ['list', 'nested', 'number', 'float', 'yes', 'no', 'nothing', 'empty', 'zero', 'missing.deep', 'list.x.y']
        );
        $lead = $this->capture(['fields' => $rows], [
            'list' => ['b' => 'zwei', 'a' => 'eins', '', null], 'nested' => [['x' => ['ä']], 'y'], 'number' => 250,
            'float' => 1.5, 'yes' => true, 'no' => false, 'nothing' => null, 'empty' => [[]], 'zero' => '0',
        ]);

        self::assertSame([
            'list' => 'zwei, eins', 'nested' => 'ä, y', 'number' => '250', 'float' => '1.5', 'yes' => '1', 'zero' => '0',
        ], $lead->fields);
    }

    public function testTheFirstFieldThatSaysSomethingCounts(): void
    {
        $data = ['com_fields' => ['company' => ' ', 'firma' => 'Beispiel GmbH', 'phone' => '1', 'telefon' => '2']];
        $lead = $this->capture([], $data + self::CONTACT);

        self::assertSame('Beispiel GmbH', $lead->fields['company']);
        self::assertSame('1', $lead->fields['phone']);
    }

    public function testPartsOfANameThatWereAskedForWinOverAWholeName(): void
    {
        $rows = [
            ['source' => 'any', 'joomla' => 'contact_name', 'leadbridge' => 'name'],
            ['source' => 'any', 'joomla' => 'surname', 'leadbridge' => 'last_name'],
        ];
        $lead = $this->capture(['fields' => $rows], ['surname' => 'van der Berg'] + self::CONTACT);

        self::assertEquals(['first_name' => 'Anna', 'last_name' => 'van der Berg'], $lead->fields);
    }

    public function testTextThatIsNoUtf8IsStillSent(): void
    {
        $lead = $this->capture([], ['contact_subject' => "M\xfcller"] + self::CONTACT);

        self::assertSame('M�ller', json_decode($lead->body(), true)['fields']['subject']);
    }

    public function testTheTextBesideTheBoxIsSentWordForWord(): void
    {
        $text = "Ja, „gern“ & <b>oft</b>.\n  Zweite Zeile mit 👋";
        $settings = ['consent_email' => 'contact', 'consent_texts' => [
            ['purpose' => 'email', 'language' => '*', 'text' => $text],
        ]];
        $lead = $this->capture($settings, self::ticked(['email' => $text]) + self::CONTACT);

        self::assertSame(['email' => ['given' => true, 'text' => $text]], $lead->consents);
        self::assertSame(
            ConsentTexts::fromRows(['email' => 'contact'], $settings['consent_texts'])->shown('contact', 'de-DE')['email'],
            json_decode($lead->body(), true)['consents']['email']['text']
        );
    }

    public function testABoxThatIsNotShownCannotBeTicked(): void
    {
        $lead = $this->capture([], self::ticked(['phone' => '', 'email' => 'Ja.']) + self::CONTACT);

        self::assertSame([], $lead->consents);
        self::assertSame('{}', json_encode(json_decode($lead->body())->consents));
    }

    public function testWhoCouldNotSeeTheBoxesRefusedNothing(): void
    {
        $texts = array_map(
            static fn (string $purpose): array => ['purpose' => $purpose, 'language' => '*', 'text' => 'Ja.'],
            ['email', 'phone']
        );
        $settings = ['consent_email' => 'contact', 'consent_phone' => 'contact', 'consent_texts' => $texts];
        $capture = new Capture(Settings::fromArray($settings + World::SETTINGS));
        $consents = static fn (bool $isPage, array $data): array => $capture
            ->lead('contact', '1', $data + self::CONTACT, [], 'de-DE', World::NOON, $isPage)
            ->consents;
        $program = ['leadbridge' => ['consent_email' => '1']];

        self::assertSame(
            ['email' => true, 'phone' => false],
            array_map(self::isGiven(...), $consents(true, self::ticked(['email' => 'Ja.'])))
        );
        self::assertSame(['email' => true], array_map(self::isGiven(...), $consents(false, $program)));
        self::assertSame(['phone' => false], array_map(self::isGiven(...), $consents(true, $program)));
    }

    public function testABrowserIsOnlyNamedWhenItsTrackingBoxWasNotLeftEmpty(): void
    {
        $text = [['purpose' => 'tracking', 'language' => '*', 'text' => 'Ja.']];
        $settings = ['consent_tracking' => 'contact', 'consent_texts' => $text];
        $context = ['visitor' => self::VISITOR];

        self::assertSame(self::VISITOR, $this->capture([], self::CONTACT, $context)->context['visitor']);
        self::assertSame(
            self::VISITOR,
            $this->capture($settings, self::ticked(['tracking' => 'Ja.']) + self::CONTACT, $context)->context['visitor']
        );
        self::assertArrayNotHasKey('visitor', $this->capture($settings, self::CONTACT, $context)->context);
        $stale = self::ticked(['tracking' => 'Nein.']) + self::CONTACT;
        self::assertArrayNotHasKey('visitor', $this->capture($settings, $stale, $context)->context, 'another text');
    }

    public function testChannelFactsAreCutToWhatTheBridgeTakes(): void
    {
        $long = str_repeat('ü', 5000);
        $lead = $this->capture([], self::CONTACT, [
            'page_url' => 'https://www.example.com/' . $long, 'referrer' => $long, 'user_agent' => $long,
            'utm' => ['source' => $long, 'medium' => ['x'], 'term' => ''],
            'first_touch' => ['page_url' => $long, 'referrer' => 7, 'utm' => 'x', 'at' => null],
        ]);

        self::assertSame(2000, mb_strlen($lead->context['page_url']));
        self::assertSame(1000, mb_strlen($lead->context['user_agent']));
        self::assertSame(['source' => mb_substr($long, 0, 200)], $lead->context['utm']);
        self::assertSame(['page_url', 'referrer'], array_keys($lead->context['first_touch']));
    }

    /** @return  array<string, array{array<string, mixed>}> */
    public static function submissions(): array
    {
        return Contract::cases('submissions.json', 'cases');
    }

    /**
     * What a browser sends for boxes that were ticked beside these texts.
     *
     * @param   array<string, string>  $texts  by purpose
     *
     * @return  array<string, array<string, string>>
     */
    private static function ticked(array $texts): array
    {
        $boxes = [];

        foreach ($texts as $purpose => $text) {
            $boxes[ConsentTexts::PARAMETERS[$purpose]] = ConsentTexts::mark($text);
        }

        return [ConsentTexts::GROUP => $boxes];
    }

    /** @param  array{given: bool, text: string}  $answer */
    private static function isGiven(array $answer): bool
    {
        return $answer['given'];
    }

    /**
     * @param  array<string, mixed>      $settings
     * @param  array<array-key, mixed>  $data
     * @param  array<string, mixed>      $context
     */
    private function capture(array $settings, array $data, array $context = []): Lead
    {
        $capture = new Capture(Settings::fromArray($settings + World::SETTINGS));
        $lead = $capture->lead('contact', '1', $data, $context, 'de-DE', World::NOON);
        self::assertNotNull($lead);

        return $lead;
    }
}
