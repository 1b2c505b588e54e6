<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Wiring;
use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Posting\Outcome;
use Leadbridge\Plugin\System\Leadbridge\Posting\Verdict;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;

/** A site with the plugin's real parts on it, and a bridge that refuses each connection. */
final class Site
{
    public readonly SiteDriver $driver;
    public readonly Wiring $wiring;

    /** @param  array<string, mixed>  $settings  beside address and secret */
    public function __construct(array $settings = [], bool $isEnabled = true)
    {
        $params = $settings + ['bridge_url' => 'http://127.0.0.1:1', 'secret' => World::SECRET];
        $database = SqliteDatabase::withTables();
        $database->execute('CREATE TABLE #__scheduler_tasks (id INT, type TEXT, state INT, last_execution TEXT)');
        $database->execute(
            'CREATE TABLE #__extensions (type TEXT, folder TEXT, element TEXT, enabled INT, access INT, params TEXT)'
        );
        $database->execute(
            "INSERT INTO #__extensions VALUES ('plugin', 'system', 'leadbridge', :enabled, 1, :params)",
            ['enabled' => (int) $isEnabled, 'params' => (string) json_encode($params)]
        );
        $this->driver = new SiteDriver($database);
        $this->wiring = new Wiring(new Registry($params), $this->driver, new Registry());
    }

    public function waiting(): void
    {
        $this->wiring->spool->release($this->kept());
    }

    public function parked(): void
    {
        $this->wiring->spool->settle($this->kept(), new Outcome(Verdict::Park, 422, 'fields', 'email'));
    }

    /** @return  array<string, int|string|null>  the first row of the spool */
    public function row(): array
    {
        return $this->driver->database->rows('SELECT * FROM #__leadbridge_spool ORDER BY id LIMIT 1')[0];
    }

    private function kept(): Row
    {
        $lead = new Lead('kontakt', time(), ['email' => 'anna@beispiel.example'], [], []);

        return $this->wiring->spool->keep($lead, 'contact', 'msg_' . bin2hex(random_bytes(16)));
    }
}
