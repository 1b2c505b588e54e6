<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Joomla\Database\DatabaseInterface;
use Joomla\Database\QueryInterface;

/** Joomla's database driver, as far as the plugin uses it, over SQLite. */
final class SiteDriver implements DatabaseInterface
{
    /** @var  list<string> */
    public array $statements = [];

    /** As Joomla's drivers have it. */
    protected int $transactionDepth = 0;

    private ?QueryInterface $query = null;
    private ?\PDOStatement $done = null;

    /** @param  bool  $isPdo  whether Joomla uses PDO or something that says nothing of transactions */
    public function __construct(
        public readonly SqliteDatabase $database,
        private readonly string $type = 'postgresql',
        private readonly bool $isPdo = true
    ) {
    }

    public function getServerType(): string
    {
        return $this->type;
    }

    public function getConnection(): object
    {
        return $this->isPdo ? $this->database->connection : new \stdClass();
    }

    public function transactionStart(): void
    {
        $this->transactionDepth++;
    }

    public function createQuery(): QueryInterface
    {
        return new class () implements QueryInterface {
            public string $sql = '';
            public array $values = [];

            public function setQuery(string $sql): void
            {
                $this->sql = $sql;
            }

            public function bind(string $name, mixed &$value, string $type): void
            {
                $this->values[$name] = $value;
            }
        };
    }

    public function setQuery(QueryInterface $query): self
    {
        $this->query = $query;

        return $this;
    }

    public function execute(): void
    {
        $this->statements[] = $this->query->sql;
        // What MySQL calls by another name.
        $sql = str_replace(['#__', 'INSERT IGNORE '], ['test_', 'INSERT OR IGNORE '], $this->query->sql);
        $this->done = $this->database->connection->prepare($sql);

        foreach ($this->query->values as $name => $value) {
            $this->done->bindValue($name, $value, \is_int($value) ? \PDO::PARAM_INT : \PDO::PARAM_STR);
        }

        $this->done->execute();
    }

    public function getAffectedRows(): int
    {
        return $this->done->rowCount();
    }

    public function loadAssocList(): array
    {
        $this->execute();

        return $this->done->fetchAll(\PDO::FETCH_ASSOC);
    }
}
