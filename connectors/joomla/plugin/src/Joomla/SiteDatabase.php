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
