<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Leadbridge\Plugin\System\Leadbridge\Joomla\Embedding;
use PHPUnit\Framework\TestCase;

final class EmbeddingTest extends TestCase
{
    private const PLACE = '<div data-leadbridge-form="sepa-checkliste">'
        . '<a href="https://leads.example.com/forms/sepa-checkliste?_language=de">PLG_SYSTEM_LEADBRIDGE_OPEN_FORM</a></div>';

    private Embedding $embedding;

    protected function setUp(): void
    {
        $this->embedding = new Embedding('https://leads.example.com', 'de-DE');
    }

    /** @return  iterable<string, array{string, string}> */
    public static function texts(): iterable
    {
        yield 'alone' => ['{leadbridge form=sepa-checkliste}', self::PLACE];
        yield 'in quotes' => ['{leadbridge form="sepa-checkliste"}', self::PLACE];
        yield 'as editors write quotes' => ['{leadbridge  form=&quot;sepa-checkliste&quot; }', self::PLACE];
        yield 'as editors write spaces' => ['{leadbridge&nbsp;form=sepa-checkliste}', self::PLACE];
        yield 'with its paragraph' => ['<p class="x"> {leadbridge form=sepa-checkliste}</p>', self::PLACE];
        yield 'inside a paragraph' => ['<p>Hier {leadbridge form=sepa-checkliste}</p>', '<p>Hier ' . self::PLACE . '</p>'];
    }

    /** @dataProvider texts */
    #[\PHPUnit\Framework\Attributes\DataProvider('texts')]
    public function testAMarkBecomesAPlaceForTheFormWithALinkInIt(string $text, string $shown): void
    {
        self::assertTrue(Embedding::isIn($text));
        self::assertTrue(Embedding::hasForm($text));
        self::assertSame($shown, $this->embedding->shown($text, false));
        self::assertSame($shown, $this->embedding->shown($text, true));
        self::assertStringNotContainsString('leadbridge', Embedding::hidden($text));
    }

    /** @return  iterable<string, array{string, string}> */
    public static function mistakes(): iterable
    {
        yield 'bare' => ['{leadbridge}', '{leadbridge}'];
        yield 'another word' => ['{Leadbridge formular=a}', '{Leadbridge formular=a}'];
        yield 'no name' => ['{leadbridge form=}', '{leadbridge form=}'];
        yield 'a path' => ['{leadbridge form=../../x}', '{leadbridge form=../../x}'];
        yield 'more than a name' => ['{leadbridge form=a b=&quot;c&quot;}', '{leadbridge form=a b=&quot;c&quot;}'];
        yield 'a tag' => ['{leadbridge form=<script>alert(1)</script>}', '{leadbridge form=alert(1)}'];
        yield 'a tag in entities' => ['{leadbridge &lt;script&gt;}', '{leadbridge &lt;script&gt;}'];
    }

    /** @dataProvider mistakes */
    #[\PHPUnit\Framework\Attributes\DataProvider('mistakes')]
    public function testAMarkWithoutAFormIsShownOnlyToWhoCanMendIt(string $text, string $named): void
    {
        self::assertTrue(Embedding::isIn($text));
        self::assertFalse(Embedding::hasForm($text));
        self::assertSame('<p>a  b</p>', $this->embedding->shown("<p>a $text b</p>", false));
        self::assertSame('<p>a  b</p>', Embedding::hidden("<p>a $text b</p>"));
        self::assertSame(
            '<p>a <span class="alert alert-warning d-block">PLG_SYSTEM_LEADBRIDGE_WRONG_MARK ' . $named . '</span> b</p>',
            $this->embedding->shown("<p>a $text b</p>", true)
        );
    }

    public function testOtherWordsInBracesStayAsTheyAre(): void
    {
        foreach (['{leadbridger form=a}', '{leadbridge-x}', '{lead}', 'leadbridge', '{leadbridge form=a'] as $text) {
            self::assertFalse(Embedding::isIn($text), $text);
            self::assertSame($text, $this->embedding->shown($text, true));
        }
    }
}
