<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Leadbridge\Plugin\System\Leadbridge\Spool\Database;

/** A database in which somebody else does something between a reading and what follows it. */
final class MeddledDatabase implements Database
{
    public int $readings = 0;

    /**
     * @param  Database            $read   what is read: the database itself, or an old state of it
     * @param  \Closure(int): void  $after  what happens after the nth reading
     */
    public function __construct(
        private readonly Database $database,
        private readonly Database $read,
        private readonly \Closure $after
    ) {
    }

    public function execute(string $sql, array $values = []): int
    {
        return $this->database->execute($sql, $values);
    }

    public function rows(string $sql, array $values = []): array
    {
        $rows = $this->read->rows($sql, $values);
        ($this->after)(++$this->readings);

        return $rows;
    }

    public function insertNew(string $table, array $values): bool
    {
        return $this->database->insertNew($table, $values);
    }

    public function isInTransaction(): bool
    {
        return $this->database->isInTransaction();
    }
}
