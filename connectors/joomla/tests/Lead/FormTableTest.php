<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\FormTable;
use PHPUnit\Framework\TestCase;

final class FormTableTest extends TestCase
{
    public function testTheMostSpecificRowWinsWhateverTheirOrder(): void
    {
        $rows = [
            ['source' => 'any', 'joomla_form' => '*', 'form' => 'anything'],
            ['source' => 'contact', 'joomla_form' => '', 'form' => 'contacts'],
            ['source' => 'any', 'joomla_form' => '7', 'form' => 'seven'],
            ['source' => 'contact', 'joomla_form' => '7', 'form' => 'contact-seven'],
        ];

        foreach ([$rows, array_reverse($rows)] as $ordered) {
            $table = FormTable::fromRows($ordered);
            self::assertSame('contact-seven', $table->formOf('contact', '7'));
            self::assertSame('seven', $table->formOf('rsform', '7'));
            self::assertSame('contacts', $table->formOf('contact', '8'));
            self::assertSame('anything', $table->formOf('rsform', '8'));
        }
    }

    public function testByDefaultContactsFeedTheContactFormAndNothingElseDoes(): void
    {
        $table = FormTable::fromRows(null);

        self::assertSame('kontakt', $table->formOf('contact', '1'));
        self::assertNull($table->formOf('registration', ''));
        self::assertTrue($table->knows('contact'));
        self::assertFalse($table->knows('registration'));
    }

    public function testARowWithoutAFormIsNone(): void
    {
        $table = FormTable::fromRows([['source' => 'contact', 'joomla_form' => '*', 'form' => '']]);

        self::assertNull($table->formOf('contact', '1'));
        self::assertSame([], $table->forms());
    }
}
