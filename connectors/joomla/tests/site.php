<?php

/**
 * A site in miniature, for tests with several processes: the real spool on SQLite, the real courier, a real connection.
 *
 *     php site.php DATABASE ADDRESS SECRET install
 *     php site.php DATABASE ADDRESS SECRET submit NUMBER [FIELDS]   in visitors' requests, one each
 *     php site.php DATABASE ADDRESS SECRET drain MILLISECONDS [unlocked]
 *     php site.php DATABASE ADDRESS SECRET hurry                    makes everything due
 *     php site.php DATABASE ADDRESS SECRET try
 *     php site.php DATABASE ADDRESS SECRET show
 *
 * FIELDS: a contact form's data as JSON. Prints one JSON object.
 *
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests;

use Leadbridge\Plugin\System\Leadbridge\Lead\Capture;
use Leadbridge\Plugin\System\Leadbridge\Posting\Courier;
use Leadbridge\Plugin\System\Leadbridge\Posting\MessageId;
use Leadbridge\Plugin\System\Leadbridge\Posting\Trial;
use Leadbridge\Plugin\System\Leadbridge\Settings;
use Leadbridge\Plugin\System\Leadbridge\Spool\Ledger;
use Leadbridge\Plugin\System\Leadbridge\Spool\Run;
use Leadbridge\Plugin\System\Leadbridge\Spool\Spool;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\CurlTransport;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\SqliteDatabase;

require __DIR__ . '/bootstrap.php';

[, $path, $address, $secret, $deed] = $argv;
$clock = time(...);
$settings = Settings::fromArray(['bridge_url' => $address, 'secret' => $secret]);
$database = $deed === 'install' ? SqliteDatabase::withTables($path) : new SqliteDatabase($path);
$spool = new Spool($database, $clock);
$ledger = new Ledger($database, $clock);
$courier = new Courier($settings, new CurlTransport(), $clock, 'Leadbridge-Joomla/tests');

/** Fills in the contact form as one visitor after the other, each in a request of their own. */
$submit = static function (int $number, array $fields) use ($settings, $spool, $ledger, $courier, $clock): array {
    $milliseconds = [];

    for ($one = 0; $one < $number; $one++) {
        $started = hrtime(true);
        $data = $fields + [
            'contact_name' => "Anna Berg$one",
            'contact_email' => "person$one@beispiel.example",
            'contact_message' => 'Bitte rufen Sie mich an.',
        ];
        $lead = (new Capture($settings))->lead('contact', '1', $data, [], 'de-DE', $clock());
        (new Run($spool, $courier))->first($spool->keep($lead, 'contact', MessageId::fresh()));
        $milliseconds[] = intdiv((int) (hrtime(true) - $started), 1_000_000);
    }

    return ['milliseconds' => $milliseconds] + $ledger->counts();
};

echo json_encode(match ($deed) {
    'install' => [],
    'submit' => $submit((int) $argv[5], json_decode($argv[6] ?? '{}', true, 16, JSON_THROW_ON_ERROR)),
    'drain' => (new Run($spool, $courier))->drain((int) $argv[5], ($argv[6] ?? '') !== 'unlocked'),
    'hurry' => $spool->hurry(),
    'try' => (new Trial($settings, $courier, $clock))->all(),
    'show' => ['trouble' => $ledger->lastTrouble(), 'refused' => $ledger->parked()] + $ledger->counts(),
}, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
