<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\Field\SubformField;
use Leadbridge\Plugin\System\Leadbridge\Lead\FieldMap;
use Leadbridge\Plugin\System\Leadbridge\Lead\FormTable;

/** A table of the settings; as long as it was never saved it shows the rows that count by default. */
final class RowsField extends SubformField
{
    protected $type = 'Rows';

    public function setup(\SimpleXMLElement $element, $value, $group = null)
    {
        $saved = $value === null || $value === '' || $value === [] ? self::defaults((string) $element['default_rows']) : $value;

        return parent::setup($element, $saved, $group);
    }

    /** @return  list<array<string, string>> */
    private static function defaults(string $table): array
    {
        return match ($table) {
            'forms' => FormTable::DEFAULTS,
            'fields' => array_map(
                static fn (array $row): array => array_combine(['source', 'joomla', 'leadbridge'], $row),
                FieldMap::DEFAULTS
            ),
            default => [],
        };
    }
}
