<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Database\DatabaseInterface;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Posting\Courier;
use Leadbridge\Plugin\System\Leadbridge\Posting\Trial;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Spool\Ledger;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;
use Leadbridge\Plugin\System\Leadbridge\Spool\Spool;

/** Puts the parts together, once for each request. */
final class Wiring
{
    public const AGENT = 'Leadbridge-Joomla/1.0.0';

    public readonly Settings $settings;
    public readonly Spool $spool;
    public readonly Ledger $ledger;
    public readonly Run $run;
    public readonly Trial $trial;
    public readonly SiteDatabase $database;

    /** @var  \Closure(): int */
    public readonly \Closure $clock;

    public function __construct(Registry $params, DatabaseInterface $driver, Registry $configuration)
    {
        $this->clock = time(...);
        $this->settings = Settings::fromArray($params->toArray());
        $this->database = new SiteDatabase($driver);
        $this->spool = new Spool($this->database, $this->clock);
        $this->ledger = new Ledger($this->database, $this->clock);
        $courier = new Courier($this->settings, new HttpTransport($configuration), $this->clock, self::AGENT);
        $this->run = new Run($this->spool, $courier, keepsTime: HttpTransport::keepsTime());
        $this->trial = new Trial($this->settings, $courier, $this->clock);
    }
}
