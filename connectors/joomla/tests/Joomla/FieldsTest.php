<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Joomla\CMS\Factory;
use Leadbridge\Plugin\System\Leadbridge\Field\AddressField;
use Leadbridge\Plugin\System\Leadbridge\Field\ConsentField;
use Leadbridge\Plugin\System\Leadbridge\Field\SecretField;
use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Site;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

final class FieldsTest extends TestCase
{
    private const TEXT = "Ja, <script>alert(1)</script> & „gern“\n\"immer\"";

    public function testTheTextBesideABoxIsShownAsItIsAndNeverRun(): void
    {
        $html = $this->box('')->html();

        self::assertStringContainsString(
            "Ja, &lt;script&gt;alert(1)&lt;/script&gt; &amp; „gern“<br>\n&quot;immer&quot;</label>",
            $html
        );
        self::assertStringNotContainsString('<script', $html);
    }

    public function testAnythingThatAFormIsNamedIsEscaped(): void
    {
        $field = $this->box('');
        $field->id = '"><i>';
        $field->name = '"><b>';

        self::assertSame(2, substr_count($field->html(), '&quot;&gt;&lt;i&gt;'));
        self::assertSame(1, substr_count($field->html(), '&quot;&gt;&lt;b&gt;'));
    }

    public function testABoxSendsTheMarkOfItsTextAndIsTickedOnlyByThat(): void
    {
        $mark = ConsentTexts::mark(self::TEXT);

        self::assertStringContainsString('value="' . $mark . '"', $this->box('')->html());
        self::assertStringContainsString(' checked', $this->box($mark)->html());

        foreach (['', '1', ConsentTexts::mark('another text')] as $value) {
            self::assertStringNotContainsString(' checked', $this->box($value)->html());
        }
    }

    public function testAnEmptySecretLeavesTheSavedOneWhetherThePluginIsOnOrOff(): void
    {
        foreach ([true, false] as $isEnabled) {
            Factory::$database = (new Site([], $isEnabled))->driver;

            self::assertSame(World::SECRET, (new SecretField())->filter(' '));
            self::assertSame('whsec_new', (new SecretField())->filter(" whsec_new\n"));
        }
    }

    public function testTheAddressIsCompletedAndNothingBehindTheHostIsTaken(): void
    {
        $field = new AddressField();
        $field->element = new \SimpleXMLElement('<field default="https://www.example.com/leads"/>');

        self::assertSame('https://leads.example.com', $field->filter(' leads.example.com/ '));
        self::assertSame('', $field->filter(''));
        self::assertSame('https://anna:geheim@leads.example.com', $field->filter('anna:geheim@leads.example.com'));

        foreach (['', 'http://127.0.0.1:33080', 'https://www.example.com/leads'] as $fit) {
            self::assertTrue($field->validate($fit), $fit);
        }

        foreach (['https://leads.example.com/joomla', 'https://anna:geheim@leads.example.com'] as $unfit) {
            self::assertSame('PLG_SYSTEM_LEADBRIDGE_BRIDGE_URL_WRONG', $field->validate($unfit)->getMessage());
        }
    }

    private function box(string $value): ConsentField
    {
        $field = new ConsentField();
        $field->name = 'box';
        $field->value = $value;
        $field->element = new \SimpleXMLElement('<field/>');
        $field->element->addAttribute('text', self::TEXT);

        return $field;
    }
}
