<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Spool\Ledger;
use Leadbridge\Plugin\System\Leadbridge\Spool\Spool;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\SqliteDatabase;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** Several processes of a site over one database, as on a busy server. */
final class ProcessesTest extends TestCase
{
    private const LEADS = 40;

    private string $folder;
    private string $address;
    private SqliteDatabase $database;

    /** @var  resource|null */
    private $bridge = null;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/leadbridge-' . bin2hex(random_bytes(6));
        mkdir($this->folder);
        $this->database = SqliteDatabase::withTables($this->folder . '/site.sqlite');
        $this->startBridge();
    }

    protected function tearDown(): void
    {
        if ($this->bridge !== null) {
            proc_terminate($this->bridge);
            proc_close($this->bridge);
        }

        array_map('unlink', glob($this->folder . '/*') ?: []);
        rmdir($this->folder);
    }

    public function testTwoProcessesAtOncePostEachLeadOnce(): void
    {
        $this->leadsWait();
        $first = $this->drains('unlocked');
        $second = $this->drains('unlocked');
        [$one, $other] = [$this->resultOf($first), $this->resultOf($second)];

        self::assertSame(self::LEADS, $one['sent'] + $other['sent']);
        self::assertGreaterThan(0, min($one['sent'], $other['sent']), 'both took part');
        $this->assertEachLeadWasPostedOnce();
    }

    public function testWithItsLockOnlyOneOfTwoProcessesRuns(): void
    {
        $this->leadsWait();
        $first = $this->drains('');
        $second = $this->drains('');
        $sent = [$this->resultOf($first)['sent'], $this->resultOf($second)['sent']];
        sort($sent);

        self::assertSame([0, self::LEADS], $sent);
        $this->assertEachLeadWasPostedOnce();
    }

    public function testAProcessThatIsKilledLeavesItsLeadsToTheNextOne(): void
    {
        $this->leadsWait();
        $killed = $this->drains('');
        $this->waitUntil(fn (): bool => \count($this->posts()) >= 3);
        proc_terminate($killed['process'], SIGKILL);
        $this->resultOf($killed);
        self::assertLessThan(self::LEADS, $this->ledger()->counts()['sent']);
        self::assertSame(0, $this->resultOf($this->drains(''))['sent'], 'its lock still holds');

        // What a minute's wait does: leases and lock run out.
        $this->database->execute('UPDATE #__leadbridge_spool SET leased_until = 0');
        $this->database->execute("UPDATE #__leadbridge_state SET until_at = 0 WHERE name = 'run'");
        $this->resultOf($this->drains(''));

        self::assertSame(['waiting' => 0, 'parked' => 0, 'sent' => self::LEADS], $this->ledger()->counts());
        self::assertCount(self::LEADS, array_unique($this->posts()));
        self::assertLessThanOrEqual(self::LEADS + 1, \count($this->posts()), 'at most the one that was under way, twice');
    }

    private function leadsWait(): void
    {
        for ($one = 0; $one < self::LEADS; $one++) {
            $lead = new Lead('kontakt', time(), ['email' => "person$one@beispiel.example"], [], []);
            $this->spool()->release($this->spool()->keep($lead, 'contact', sprintf('msg_%032d', $one)));
        }
    }

    private function spool(): Spool
    {
        return new Spool($this->database, time(...));
    }

    private function ledger(): Ledger
    {
        return new Ledger($this->database, time(...));
    }

    private function assertEachLeadWasPostedOnce(): void
    {
        $posts = $this->posts();
        sort($posts);

        self::assertSame(
            array_map(static fn (int $one): string => sprintf('msg_%032d', $one), range(0, self::LEADS - 1)),
            $posts
        );
    }

    /** @return  list<string>  the webhook-id of each post */
    private function posts(): array
    {
        return is_file($this->folder . '/posts') ? file($this->folder . '/posts', FILE_IGNORE_NEW_LINES) ?: [] : [];
    }

    /** @return  array{process: resource, output: resource} */
    private function drains(string $how): array
    {
        $site = \dirname(__DIR__) . '/site.php';
        $path = $this->folder . '/site.sqlite';
        $pipes = [];
        $process = proc_open(
            [PHP_BINARY, $site, $path, $this->address, World::SECRET, 'drain', '30000', $how],
            [1 => ['pipe', 'w'], 2 => STDERR],
            $pipes
        );
        self::assertIsResource($process);

        return ['process' => $process, 'output' => $pipes[1]];
    }

    /**
     * @param  array{process: resource, output: resource}  $started
     *
     * @return  array<string, int>
     */
    private function resultOf(array $started): array
    {
        $printed = (string) stream_get_contents($started['output']);
        proc_close($started['process']);

        return json_decode($printed, true) ?? [];
    }

    private function startBridge(): void
    {
        $port = $this->freePort();
        $this->address = "http://127.0.0.1:$port";
        $nothing = ['file', '/dev/null', 'w'];
        $pipes = [];
        $bridge = proc_open(
            [PHP_BINARY, '-S', "127.0.0.1:$port", \dirname(__DIR__) . '/bridge.php'],
            [1 => $nothing, 2 => $nothing],
            $pipes,
            null,
            ['POSTS' => $this->folder . '/posts'] + getenv()
        );
        self::assertIsResource($bridge);
        $this->bridge = $bridge;
        $this->waitUntil(static fn (): bool => \is_resource(@fsockopen('127.0.0.1', $port)));
    }

    private function freePort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        self::assertIsResource($socket);
        $port = (int) substr((string) strrchr((string) stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);

        return $port;
    }

    /** @param  \Closure(): bool  $is */
    private function waitUntil(\Closure $is): void
    {
        $until = hrtime(true) + 10_000_000_000;

        while (!$is()) {
            self::assertLessThan($until, hrtime(true), 'it took too long');
            usleep(5_000);
        }
    }
}
