<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Leadbridge\Plugin\System\Leadbridge\Joomla\SiteDatabase;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\SiteDriver;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\SqliteDatabase;
use PHPUnit\Framework\TestCase;

final class SiteDatabaseTest extends TestCase
{
    private const FACT = ['name' => 'run', 'value' => 'a', 'until_at' => 1];

    public function testARowThatIsThereIsNoFailureOnAnyKindOfDatabase(): void
    {
        foreach (['mysql' => 'INSERT IGNORE INTO', 'postgresql' => 'ON CONFLICT DO NOTHING'] as $type => $words) {
            $driver = new SiteDriver(SqliteDatabase::withTables(), $type);
            $database = new SiteDatabase($driver);

            self::assertTrue($database->insertNew('#__leadbridge_state', self::FACT));
            self::assertFalse($database->insertNew('#__leadbridge_state', ['value' => 'b'] + self::FACT));
            self::assertSame('a', $database->rows('SELECT value FROM #__leadbridge_state')[0]['value']);
            self::assertStringContainsString($words, $driver->statements[0]);
        }
    }

    public function testATransactionOfJoomlasDriverIsNoticed(): void
    {
        $driver = new SiteDriver(SqliteDatabase::withTables(), 'mysql', isPdo: false);
        self::assertFalse((new SiteDatabase($driver))->isInTransaction());

        $driver->transactionStart();
        self::assertTrue((new SiteDatabase($driver))->isInTransaction());
    }

    public function testATransactionThatSomebodyOpenedByHandIsNoticed(): void
    {
        $driver = new SiteDriver(SqliteDatabase::withTables());
        self::assertFalse((new SiteDatabase($driver))->isInTransaction());

        $driver->database->connection->beginTransaction();
        self::assertTrue((new SiteDatabase($driver))->isInTransaction());
    }
}
