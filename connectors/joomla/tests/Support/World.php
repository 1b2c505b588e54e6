<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Posting\Courier;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Spool\Ledger;
use Leadbridge\Plugin\System\Leadbridge\Spool\Pauses;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;
use Leadbridge\Plugin\System\Leadbridge\Spool\Spool;

/** A site with a spool, a bridge and a clock that only moves when it is told. */
final class World
{
    public const NOON = 1795253400;
    public const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    public const SETTINGS = ['bridge_url' => 'https://leads.example.com', 'secret' => self::SECRET];

    public readonly SqliteDatabase $database;
    public readonly Spool $spool;
    public readonly Ledger $ledger;
    public readonly Bridge $bridge;

    private int $milliseconds = self::NOON * 1000;
    private int $kept = 0;

    /** @param  array<string, mixed>  $settings  beside address and secret */
    public function __construct(private readonly array $settings = [])
    {
        $this->database = SqliteDatabase::withTables();
        $this->spool = new Spool($this->database, $this->now(...), new Pauses(static fn (): float => 0.5));
        $this->ledger = new Ledger($this->database, $this->now(...));
        $this->bridge = new Bridge($this);
    }

    /** Unix seconds. */
    public function now(): int
    {
        return intdiv($this->milliseconds, 1000);
    }

    public function passes(int $milliseconds): void
    {
        $this->milliseconds += $milliseconds;
    }

    public function later(int $seconds): void
    {
        $this->passes($seconds * 1000);
    }

    public function settings(): Settings
    {
        return Settings::fromArray($this->settings + self::SETTINGS);
    }

    public function courier(): Courier
    {
        return new Courier($this->settings(), $this->bridge, $this->now(...), 'Leadbridge-Joomla/1.0.0');
    }

    /** The run of one request. */
    public function run(bool $keepsTime = true): Run
    {
        return new Run($this->spool, $this->courier(), fn (): int => $this->milliseconds, $keepsTime);
    }

    /** A lead that was written down and is leased to whoever does it. */
    public function keep(string $email = 'anna@beispiel.example'): Row
    {
        $lead = new Lead('kontakt', $this->now(), ['email' => $email, 'last_name' => 'Berg'], [], []);

        return $this->spool->keep($lead, 'contact', sprintf('msg_%032d', ++$this->kept));
    }

    /** Leads that wait and are due. */
    public function waiting(int $number): void
    {
        for ($one = 0; $one < $number; $one++) {
            $this->spool->release($this->keep("person$one@beispiel.example"));
        }
    }

    /** A row as it stands in the table now. */
    public function row(int $id = 1): Row
    {
        $sql = 'SELECT ' . Row::COLUMNS . ' FROM #__leadbridge_spool WHERE id = :id';

        return Row::fromColumns($this->database->rows($sql, ['id' => $id])[0]);
    }
}
