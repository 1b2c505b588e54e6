<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests;

use Leadbridge\Plugin\System\Leadbridge\Settings;
use PHPUnit\Framework\TestCase;

final class SettingsTest extends TestCase
{
    public function testWithoutAnyParameterTheDefaultsHold(): void
    {
        $settings = Settings::fromArray([]);

        self::assertFalse($settings->isComplete());
        self::assertFalse($settings->isBegun());
        self::assertTrue($settings->contact);
        self::assertFalse($settings->registration);
        self::assertTrue($settings->embedding);
        self::assertFalse($settings->visits);
        self::assertSame(0, $settings->proxies);
        self::assertSame('kontakt', $settings->forms->formOf('contact', '5'));
    }

    public function testParametersAreReadAsJoomlaKeepsThem(): void
    {
        $settings = Settings::fromArray([
            'bridge_url' => ' https://leads.example.com/ ',
            'secret' => " whsec_x\n",
            'contact' => 0,
            'registration' => '1',
            'proxies' => '2',
            'forms' => (object) ['forms0' => (object) ['source' => 'contact', 'joomla_form' => '3', 'form' => 'rueckruf']],
            'consent_email' => 'contact',
            'consent_texts' => [['purpose' => 'email', 'language' => '*', 'text' => 'Ja.']],
        ]);

        self::assertTrue($settings->isComplete());
        self::assertSame('https://leads.example.com', $settings->bridgeUrl);
        self::assertSame('whsec_x', $settings->secret);
        self::assertFalse($settings->wants('contact'));
        self::assertTrue($settings->wants('registration'));
        self::assertSame(2, $settings->proxies);
        self::assertSame('rueckruf', $settings->forms->formOf('contact', '3'));
        self::assertNull($settings->forms->formOf('contact', '4'));
        self::assertSame(['email' => 'Ja.'], $settings->consents->shown('contact', 'de-DE'));
    }

    public function testTheManifestsDefaultTablesAreTheCodesDefaults(): void
    {
        $manifest = simplexml_load_file(\dirname(__DIR__) . '/plugin/leadbridge.xml');
        self::assertNotFalse($manifest);
        $params = [];

        foreach ($manifest->xpath('//field[@default]') ?: [] as $field) {
            $params[(string) $field['name']] = (string) $field['default'];
        }

        self::assertEquals(Settings::fromArray([]), Settings::fromArray($params));
    }

    public function testATableWithoutRowsCountsAsNeverSaved(): void
    {
        foreach (['', null, '[]', [], '{}', new \stdClass(), 'nonsense'] as $empty) {
            $settings = Settings::fromArray(['forms' => $empty, 'fields' => $empty]);

            self::assertEquals(Settings::fromArray([]), $settings);
            self::assertSame('kontakt', $settings->forms->formOf('contact', '1'));
            self::assertNotSame([], $settings->fields->targets('contact'));
        }
    }

    public function testNonsenseIsNoError(): void
    {
        $settings = Settings::fromArray([
            'bridge_url' => ['x'], 'proxies' => '-3', 'forms' => 'nonsense', 'fields' => [7, ['joomla' => ['x']]],
            'consent_texts' => '', 'consent_email' => null, 'contact' => '',
        ]);

        self::assertSame('', $settings->bridgeUrl);
        self::assertSame(0, $settings->proxies);
        self::assertSame(['kontakt'], $settings->forms->forms());
        self::assertTrue($settings->contact);
        self::assertFalse($settings->wants('anything'));
    }
}
