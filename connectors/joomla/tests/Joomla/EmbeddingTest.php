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
        yield 'with its paragraph' => ['<p class="x"> {leadbridge form=sepa-checkliste}</p>', self::PLACE];
        yield 'inside a paragraph' => ['<p>Hier {leadbridge form=sepa-checkliste}</p>', '<p>Hier ' . self::PLACE . '</p>'];
    }

    /** @dataProvider texts */
    #[\PHPUnit\Framework\Attributes\DataProvider('texts')]
    public function testAMarkBecomesAPlaceForTheFormWithALinkInIt(string $text, string $shown): void
    {
        self::assertTrue(Embedding::isIn($text));
        self::assertSame($shown, $this->embedding->shown($text));
        self::assertStringNotContainsString('leadbridge', Embedding::hidden($text));
    }

    public function testWhatIsNoNameOfAFormStaysAsItIs(): void
    {
        foreach (['{leadbridge form=../../x}', '{leadbridge form=<script>}', '{leadbridge}', '{leadbridger form=a}'] as $text) {
            self::assertFalse(Embedding::isIn($text), $text);
            self::assertSame($text, $this->embedding->shown($text));
        }
    }
}
