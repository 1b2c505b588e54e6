<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Channel;

use Leadbridge\Plugin\System\Leadbridge\Channel\Asker;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class AskerTest extends TestCase
{
    /** @dataProvider requests */
    #[DataProvider('requests')]
    public function testTheAddressIsThatOfTheVisitor(?string $ip, string $peer, string $forwarded, int $proxies): void
    {
        $server = ['REMOTE_ADDR' => $peer, 'HTTP_X_FORWARDED_FOR' => $forwarded];

        self::assertSame($ip, Asker::clientIp($server, $proxies));
    }

    /** @return  array<string, array{string|null, string, string, int}> */
    public static function requests(): array
    {
        return [
            'without proxies no header counts' => ['203.0.113.7', '203.0.113.7', '198.51.100.1', 0],
            'one proxy adds the last address' => ['198.51.100.1', '203.0.113.7', '192.0.2.66, 198.51.100.1', 1],
            'two proxies add the last two' => ['192.0.2.66', '203.0.113.7', '10.0.0.1,192.0.2.66, 198.51.100.1', 2],
            'fewer addresses than proxies: nobody wrote it' => ['203.0.113.7', '203.0.113.7', '198.51.100.1', 2],
            'no header behind a proxy' => ['203.0.113.7', '203.0.113.7', '', 1],
            'some proxies write the port' => ['198.51.100.1', '203.0.113.7', '198.51.100.1:4711', 1],
            'and brackets' => ['2001:db8::7', '203.0.113.7', '[2001:db8::7]:443', 1],
            'IPv6' => ['2001:db8::7', '2001:db8::7', '', 0],
            'nonsense falls back' => ['203.0.113.7', '203.0.113.7', '"; drop', 1],
            'nothing is known' => [null, '', '', 1],
        ];
    }

    public function testOnTheCommandLineNobodyAsks(): void
    {
        self::assertNull(Asker::clientIp([], 0));
    }
}
