<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Joomla;

use Joomla\Http\HttpFactory;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Joomla\HttpTransport;
use Leadbridge\Plugin\System\Leadbridge\Posting\NameServer;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Loopback;
use PHPUnit\Framework\TestCase;

/** The limits that are given to curl, with a client that gives them to curl as Joomla's does. */
final class HttpTransportTest extends TestCase
{
    public function testAServerThatSaysNothingTakesNoLongerThanIsAllowed(): void
    {
        // Connections are taken by the system, and nobody ever reads them.
        $silent = Loopback::tcp();
        $failure = $this->failure(new HttpTransport(new Registry()), 'http://' . Loopback::address($silent) . '/', 300);

        self::assertGreaterThanOrEqual(290, $failure->milliseconds);
        self::assertLessThan(1000, $failure->milliseconds, 'whole seconds are too long');
    }

    public function testConnectingMayTakeAThirdAtMost(): void
    {
        foreach ([800, 200, 10_000] as $all) {
            $this->failure(new HttpTransport(new Registry()), 'http://127.0.0.1:1/', $all);
            $options = HttpFactory::$options['transport.curl'];

            $left = $options[CURLOPT_TIMEOUT_MS];

            self::assertThat($left, self::logicalAnd(self::greaterThan(0), self::lessThanOrEqual($all)));
            self::assertSame($all > 1000 ? intdiv($left, 3) : min($left, 300), $options[CURLOPT_CONNECTTIMEOUT_MS]);
            self::assertFalse(HttpFactory::$options['follow_location']);
        }
    }

    public function testASilentNameServerTakesNoVisitorsTime(): void
    {
        $silent = Loopback::udp();
        $transport = new HttpTransport(new Registry(), static fn (): NameServer => new NameServer(Loopback::address($silent)));

        if (\defined('CURLOPT_QUICK_EXIT')) {
            $this->failure($transport, 'http://127.0.0.1:1/', 800);
            self::assertTrue(HttpFactory::$options['transport.curl'][\constant('CURLOPT_QUICK_EXIT')]);

            return;
        }

        $failure = $this->failure($transport, 'http://leads.example.com/', 800);
        self::assertStringContainsString('name server', $failure->getMessage());
        self::assertLessThan(800, $failure->milliseconds, 'it does not wait for all of its time');
    }

    public function testWithoutCurlItKeepsNoTime(): void
    {
        $code = 'require ' . var_export(__DIR__ . '/../bootstrap.php', true) . ';'
            . 'echo json_encode(' . HttpTransport::class . '::keepsTime());';
        $said = static fn (string $off): string => (string) shell_exec(
            escapeshellarg(PHP_BINARY) . " -d disable_functions=$off -r " . escapeshellarg($code)
        );

        self::assertSame(['true', 'false'], [$said('phpinfo'), $said('curl_exec')]);
    }

    private function failure(HttpTransport $transport, string $url, int $milliseconds): TransportFailure
    {
        try {
            $transport->post($url, '{}', [], $milliseconds);
        } catch (TransportFailure $failure) {
            return $failure;
        }

        self::fail('There was an answer.');
    }
}
