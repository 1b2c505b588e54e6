<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Posting\NameServer;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Loopback;
use PHPUnit\Framework\TestCase;

final class NameServerTest extends TestCase
{
    /** Answers each question with its own words, after writing down its port; the second argument: how many it answers. */
    private const TALKING = '$s = stream_socket_server("udp://127.0.0.1:0", $c, $w, STREAM_SERVER_BIND);'
        . 'echo stream_socket_get_name($s, false), "\n";'
        . 'for ($n = (int) $argv[1]; $n > 0; $n--) { $q = stream_socket_recvfrom($s, 512, 0, $who); stream_socket_sendto($s, $q, 0, $who); }'
        . 'sleep(5);';

    public function testOneThatSaysNothingIsGivenUpSoon(): void
    {
        $silent = Loopback::udp();
        $started = hrtime(true);

        self::assertFalse((new NameServer(Loopback::address($silent)))->answers('leads.example.com'));
        self::assertLessThan(1000, intdiv((int) (hrtime(true) - $started), 1_000_000));
        $asked = (string) stream_socket_recvfrom($silent, 512);
        self::assertSame("\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05leads\x07example\x03com\x00\x00\x01\x00\x01", $asked);
    }

    public function testOneThatAnswersBothQuestionsIsThere(): void
    {
        self::assertTrue($this->talking(2)->answers('leads.example.com'));
        self::assertFalse($this->talking(1)->answers('leads.example.com'), 'one of two addresses would be waited for');
    }

    public function testWhereNobodyListensNobodyIsWaitedFor(): void
    {
        $closed = Loopback::udp();
        $address = Loopback::address($closed);
        fclose($closed);

        self::assertTrue((new NameServer($address))->answers('leads.example.com'));
    }

    public function testOnlyNamesAreLookedUp(): void
    {
        foreach (['127.0.0.1', '[::1]', '2001:db8::1', 'localhost'] as $host) {
            self::assertFalse(NameServer::isNeededFor($host), $host);
        }

        self::assertTrue(NameServer::isNeededFor('leads.example.com'));
    }

    public function testTheMachinesFirstOneIsRead(): void
    {
        $file = (string) tempnam(sys_get_temp_dir(), 'leadbridge');
        $read = static function (string $text) use ($file): ?NameServer {
            file_put_contents($file, $text);

            return NameServer::ofMachine($file);
        };

        try {
            self::assertEquals(
                new NameServer('203.0.113.53:53'),
                $read("# nameserver 203.0.113.1\nsearch example.com\nnameserver 203.0.113.53\nnameserver 203.0.113.54\n")
            );
            self::assertEquals(new NameServer('[2001:db8::53]:53'), $read("nameserver\t2001:db8::53\n"));
            self::assertNull($read("nameserver fe80::1%eth0\n"));
            self::assertNull($read(''));
        } finally {
            unlink($file);
        }

        self::assertNull(NameServer::ofMachine($file), 'it may not be read');
    }

    private function talking(int $answers): NameServer
    {
        $pipes = [];
        $process = proc_open([PHP_BINARY, '-r', self::TALKING, '--', (string) $answers], [1 => ['pipe', 'w']], $pipes);
        self::assertIsResource($process);
        $this->started[] = $process;

        return new NameServer(trim((string) fgets($pipes[1])));
    }

    /** @var  list<resource> */
    private array $started = [];

    protected function tearDown(): void
    {
        foreach ($this->started as $process) {
            proc_terminate($process);
            proc_close($process);
        }
    }
}
