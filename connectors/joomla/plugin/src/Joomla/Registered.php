<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Spool\Database;

/** The plugin in the site's list of extensions, switched on or not; Joomla's own helper knows only those that are on. */
final class Registered
{
    public readonly bool $isEnabled;

    /** The access level. */
    public readonly int $access;

    /** The saved settings. */
    public readonly Registry $params;

    public function __construct(Database $database)
    {
        $row = $database->rows(
            'SELECT enabled, access, params FROM #__extensions'
            . " WHERE type = 'plugin' AND folder = 'system' AND element = :element",
            ['element' => 'leadbridge']
        )[0] ?? [];
        $this->isEnabled = (int) ($row['enabled'] ?? 0) === 1;
        $this->access = (int) ($row['access'] ?? 0);
        $this->params = new Registry((string) ($row['params'] ?? '{}'));
    }
}
