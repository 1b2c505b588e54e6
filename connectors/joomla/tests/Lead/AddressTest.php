<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Address;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class AddressTest extends TestCase
{
    private const SITE = 'https://www.example.com';

    /** @dataProvider addresses */
    #[DataProvider('addresses')]
    public function testOnlyWhatNamesThePageStays(string $url, string $kept): void
    {
        self::assertSame($kept, Address::kept($url));
    }

    /** @return  array<string, array{string, string}> */
    public static function addresses(): array
    {
        $routing = '?option=com_content&view=article&id=5:neues&catid=2&Itemid=101&layout=blog&lang=de-DE';

        return [
            'a path' => [self::SITE . '/a@b/c', self::SITE . '/a@b/c'],
            'a port' => ['http://127.0.0.1:8080/a?x', 'http://127.0.0.1:8080/a'],
            'routing' => [self::SITE . "/index.php$routing&name=Berg", self::SITE . "/index.php$routing"],
            'encoded' => [self::SITE . '/?id=5%3Aneues', self::SITE . '/?id=5:neues'],
            'campaigns, which go apart' => [self::SITE . '/a?utm_source=x', self::SITE . '/a'],
            'names and mail addresses' => [self::SITE . '/?email=anna@beispiel.example&q=Anna+Berg', self::SITE . '/'],
            'personal data in a routing parameter' => [
                self::SITE . '/?id=anna@beispiel.example&view=Anna%20Berg&lang=', self::SITE . '/',
            ],
            'too long' => [self::SITE . '/?id=' . str_repeat('1', 101), self::SITE . '/'],
            'a line more' => [self::SITE . '/?id=1%0A', self::SITE . '/'],
            'upper case is another parameter' => [self::SITE . '/?ID=1&itemid=2', self::SITE . '/'],
            'lists' => [self::SITE . '/?id[]=1&catid[0]=2', self::SITE . '/'],
            'somebody' => ['https://anna:ge@heim@www.example.com/a', self::SITE . '/a'],
            'a fragment' => [self::SITE . '/#access_token=a', self::SITE . '/'],
            'nothing' => ['', ''],
            'no address' => ['no address?id=a b', 'no address'],
        ];
    }
}
