<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Leadbridge\Plugin\System\Leadbridge\Joomla\Panel;
use Leadbridge\Plugin\System\Leadbridge\Posting\Finding;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Site;
use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;
use PHPUnit\Framework\TestCase;

final class PanelTest extends TestCase
{
    public function testAParkedLeadNamesWhomToAskAndNothingElseOfThem(): void
    {
        $site = new Site();
        $site->parked();
        $site->driver->database->execute(
            'UPDATE #__leadbridge_spool SET body = :body',
            ['body' => '{"fields": {"email": "<b>anna@beispiel.example", "message": "geheim"}}']
        );
        $html = (new Panel($site->wiring))->html();

        self::assertStringContainsString('&lt;b&gt;anna@beispiel.example</td>', $html);
        self::assertStringNotContainsString('<b>', $html);
        self::assertStringNotContainsString('geheim', $html);
    }

    public function testRefusedFieldsAreCalledByTheirWords(): void
    {
        $fields = 'PLG_SYSTEM_LEADBRIDGE_FIELD PLG_SYSTEM_LEADBRIDGE_FIELD_EMAIL email, PLG_SYSTEM_LEADBRIDGE_FIELD_OTHER budget';

        self::assertSame("PLG_SYSTEM_LEADBRIDGE_EXPLAIN_FIELDS $fields", Panel::reason('fields:email, budget'));
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_FIELDS', trim(Panel::reason('fields')));
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_NO_ANSWER away', Panel::reason('no-answer:away'));
    }

    public function testAConsentThatTheBridgesFormDoesNotListIsToldBesideTheTest(): void
    {
        $finding = new Finding('kontakt', true, 40, Explanation::accepted(40), 'Kontakt', [], ['contact' => ['phone']]);
        $html = (new Panel((new Site())->wiring))->html([$finding]);

        self::assertStringContainsString(
            'WARN_UNASKED kontakt PLG_SYSTEM_LEADBRIDGE_CONSENT_PHONE PLG_SYSTEM_LEADBRIDGE_SOURCE_CONTACT',
            $html
        );
    }

    public function testWarningsAreNotInsideThePanelButForThePageAroundIt(): void
    {
        $panel = new Panel((new Site(['consent_email' => 'contact']))->wiring);

        self::assertSame(['PLG_SYSTEM_LEADBRIDGE_WARN_NO_TEXT PLG_SYSTEM_LEADBRIDGE_CONSENT_EMAIL'], $panel->warnings());
        self::assertStringNotContainsString('_WARN_', $panel->html());
    }
}
