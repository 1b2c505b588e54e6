<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/**
 * The site's database, as far as the spool needs it.
 *
 * Statements are portable (MySQL, MariaDB, PostgreSQL, SQLite), name their tables `#__leadbridge_…` and their
 * values `:name`; no name stands twice in a statement. Values are whole numbers, text or null.
 * What goes wrong is thrown as whatever the driver throws.
 */
interface Database
{
    /**
     * Runs a statement that changes something.
     *
     * @param   array<string, int|string|null>  $values  by name, without the colon
     *
     * @return  int  the number of rows that it changed
     */
    public function execute(string $sql, array $values = []): int;

    /**
     * Runs a statement that reads.
     *
     * @param   array<string, int|string|null>  $values  by name, without the colon
     *
     * @return  list<array<string, int|string|null>>  rows by column name, lower case
     */
    public function rows(string $sql, array $values = []): array;

    /**
     * Inserts a row unless one with the same key is there. Neither fails then nor spoils a transaction.
     *
     * @param   string                          $table   such as `#__leadbridge_state`
     * @param   array<string, int|string|null>  $values  by column
     *
     * @return  bool  whether the row is new
     */
    public function insertNew(string $table, array $values): bool;

    /** Whether somebody else's transaction is open on the site's connection: what is done now happens with it or not at all. */
    public function isInTransaction(): bool;
}
