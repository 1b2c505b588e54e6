<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Database\DatabaseInterface;
use Joomla\Database\ParameterType;
use Joomla\Database\QueryInterface;
use Leadbridge\Plugin\System\Leadbridge\Spool\Database;

/** The site's database, by Joomla's driver. */
final class SiteDatabase implements Database
{
    public function __construct(private readonly DatabaseInterface $driver)
    {
    }

    public function execute(string $sql, array $values = []): int
    {
        $this->driver->setQuery($this->query($sql, $values))->execute();

        return (int) $this->driver->getAffectedRows();
    }

    public function rows(string $sql, array $values = []): array
    {
        return array_values($this->driver->setQuery($this->query($sql, $values))->loadAssocList() ?: []);
    }

    public function insertNew(string $table, array $values): bool
    {
        $sql = 'INTO ' . $table . ' (' . implode(', ', array_keys($values)) . ') VALUES (:'
            . implode(', :', array_keys($values)) . ')';

        return $this->execute($this->isMysql() ? 'INSERT IGNORE ' . $sql : 'INSERT ' . $sql . ' ON CONFLICT DO NOTHING', $values) === 1;
    }

    /**
     * Transactions that were opened by Joomla's driver are counted there; PDO knows of all others, and so does MariaDB.
     * One that somebody opened on MySQL by a statement of their own, through mysqli, goes unnoticed.
     */
    public function isInTransaction(): bool
    {
        $connection = $this->driver->getConnection();

        return $this->depth() > 0
            || ($connection instanceof \PDO && $connection->inTransaction())
            || ($connection instanceof \mysqli && $this->isMariaDb() && $this->rows('SELECT @@in_transaction AS inside')[0]['inside']);
    }

    /** How many transactions and savepoints Joomla's driver has opened: from 4.4 to 6.1 only the driver itself can be asked. */
    private function depth(): int
    {
        return (int) (fn (): int => property_exists($this, 'transactionDepth') ? $this->transactionDepth : 0)->call($this->driver);
    }

    private function isMysql(): bool
    {
        return $this->driver->getServerType() === 'mysql';
    }

    private function isMariaDb(): bool
    {
        return method_exists($this->driver, 'isMariaDb') && $this->driver->isMariaDb();
    }

    /** @param  array<string, int|string|null>  $values */
    private function query(string $sql, array $values): QueryInterface
    {
        $query = method_exists($this->driver, 'createQuery')
            ? $this->driver->createQuery()
            : $this->driver->getQuery(true);
        $query->setQuery($sql);

        foreach (array_keys($values) as $name) {
            $query->bind(':' . $name, $values[$name], self::type($values[$name]));
        }

        return $query;
    }

    private static function type(int|string|null $value): string
    {
        return match (true) {
            \is_int($value) => ParameterType::INTEGER,
            $value === null => ParameterType::NULL,
            default => ParameterType::STRING,
        };
    }
}
