<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\FieldMap;
use PHPUnit\Framework\TestCase;

final class FieldMapTest extends TestCase
{
    public function testWhatASourceIsMappedToIsKnown(): void
    {
        $map = FieldMap::fromRows(null);

        self::assertSame(['email', 'phone', 'first_name', 'last_name'], $map->targets('registration'));
        self::assertSame(
            ['email', 'subject', 'message', 'company', 'phone', 'role', 'first_name', 'last_name'],
            $map->targets('contact')
        );
    }

    public function testListedNamesThatNeverLeaveAreTold(): void
    {
        $map = FieldMap::fromRows([
            ['source' => 'contact', 'joomla' => 'Password1', 'leadbridge' => 'company'],
            ['source' => 'contact', 'joomla' => 'contact_email', 'leadbridge' => 'email'],
        ]);

        self::assertSame(['Password1'], $map->refused());
        self::assertSame(['email'], $map->targets('contact'));
    }

    public function testHalfARowIsNone(): void
    {
        $map = FieldMap::fromRows([['source' => '', 'joomla' => 'a'], ['joomla' => 'b', 'leadbridge' => 'c'], []]);

        self::assertSame(['c' => 'x'], $map->answers('rsform', ['a' => 'y', 'b' => 'x']));
    }

    public function testANameWithADotIsAlsoReadAsItStands(): void
    {
        $map = FieldMap::fromRows([['source' => 'any', 'joomla' => 'form.company', 'leadbridge' => 'company']]);

        self::assertSame(['company' => 'flat'], $map->answers('rsform', ['Form.Company' => 'flat']));
        self::assertSame(['company' => 'deep'], $map->answers('rsform', ['form' => ['COMPANY' => 'deep']]));
    }

    public function testAWayOfSayingNoIsNoConsent(): void
    {
        $map = FieldMap::fromRows([['source' => 'any', 'joomla' => 'box', 'leadbridge' => 'consent_email']]);

        foreach (['', '0', 'Nein', 'no', 'false', 'OFF', [], ['']] as $no) {
            self::assertSame(['email' => false], $map->consents('rsform', ['box' => $no]));
        }

        foreach (['1', 'on', 'Ja', ['gern'], true] as $yes) {
            self::assertSame(['email' => true], $map->consents('rsform', ['box' => $yes]));
        }

        self::assertSame(['email' => null], $map->consents('rsform', []));
        self::assertSame([], $map->answers('rsform', ['box' => '1']));
    }
}
