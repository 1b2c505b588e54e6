<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Leadbridge\Plugin\System\Leadbridge\Spool\Database;

/** SQLite behind the interface of the site's database; `#__` becomes `test_`. Counts its statements. */
final class SqliteDatabase implements Database
{
    public int $statements = 0;

    private const TABLES = [
        'CREATE TABLE #__leadbridge_spool (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id VARCHAR(64) NOT NULL UNIQUE,'
        . ' source VARCHAR(20) NOT NULL, form VARCHAR(100) NOT NULL, body TEXT NULL, state VARCHAR(10) NOT NULL,'
        . ' attempts INT NOT NULL, created_at BIGINT NOT NULL, due_at BIGINT NOT NULL, leased_until BIGINT NOT NULL,'
        . ' finished_at BIGINT NOT NULL, last_status INT NOT NULL, last_error VARCHAR(500) NOT NULL)',
        'CREATE INDEX test_due ON #__leadbridge_spool (state, due_at)',
        'CREATE TABLE #__leadbridge_state (name VARCHAR(40) PRIMARY KEY, value VARCHAR(500) NOT NULL,'
        . ' until_at BIGINT NOT NULL)',
    ];

    public readonly \PDO $connection;

    /** @param  string  $path  of a file that several processes may share */
    public function __construct(string $path = ':memory:')
    {
        $this->connection = new \PDO('sqlite:' . $path, null, null, [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_TIMEOUT => 20,
        ]);
    }

    /** A database with the tables of the plugin in it. */
    public static function withTables(string $path = ':memory:'): self
    {
        $database = new self($path);
        array_map($database->execute(...), self::TABLES);
        $database->statements = 0;

        return $database;
    }

    public function execute(string $sql, array $values = []): int
    {
        return $this->run($sql, $values)->rowCount();
    }

    public function rows(string $sql, array $values = []): array
    {
        return $this->run($sql, $values)->fetchAll(\PDO::FETCH_ASSOC);
    }

    public function insertNew(string $table, array $values): bool
    {
        $names = array_keys($values);

        return $this->execute(
            "INSERT INTO $table (" . implode(', ', $names) . ') VALUES (:' . implode(', :', $names) . ') ON CONFLICT DO NOTHING',
            $values
        ) === 1;
    }

    public function isInTransaction(): bool
    {
        return $this->connection->inTransaction();
    }

    /** @param  array<string, int|string|null>  $values */
    private function run(string $sql, array $values): \PDOStatement
    {
        $this->statements++;
        $statement = $this->connection->prepare(str_replace('#__', 'test_', $sql));

        foreach ($values as $name => $value) {
            $type = \is_int($value) ? \PDO::PARAM_INT : ($value === null ? \PDO::PARAM_NULL : \PDO::PARAM_STR);
            $statement->bindValue(':' . $name, $value, $type);
        }

        $statement->execute();

        return $statement;
    }
}
