<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Posting\BridgeAddress;
use PHPUnit\Framework\TestCase;

final class BridgeAddressTest extends TestCase
{
    public function testWithoutASchemeTheAddressIsEncrypted(): void
    {
        foreach (
            [
                'leads.example.com' => 'https://leads.example.com',
                ' leads.example.com:8443/ ' => 'https://leads.example.com:8443',
                '//leads.example.com' => 'https://leads.example.com',
                '127.0.0.1:33080' => 'https://127.0.0.1:33080',
                'https://leads.example.com//' => 'https://leads.example.com',
                'http://localhost' => 'http://localhost',
                'HTTPS://leads.example.com' => 'HTTPS://leads.example.com',
                '' => '',
                ' ' => '',
            ] as $typed => $address
        ) {
            self::assertSame($address, BridgeAddress::completed((string) $typed));
        }
    }

    public function testAnAddressHasSchemeHostAndPort(): void
    {
        foreach (
            ['https://leads.example.com', 'http://127.0.0.1:33080', 'https://[::1]:8443', 'https://läden.example', 'HTTP://lead_bridge'] as $address
        ) {
            self::assertTrue(BridgeAddress::isPlain($address), $address);
        }
    }

    public function testAnythingElseIsNone(): void
    {
        foreach (
            [
                'https://leads.example.com/api/v1/submissions', 'https://leads.example.com/', 'https://leads.example.com?x=1',
                'https://leads.example.com#a', 'https://anna:geheim@leads.example.com', 'https://anna@leads.example.com',
                'ftp://leads.example.com', 'https://', 'leads.example.com', 'https://leads example.com', "https://a.example\n",
                'https://a.example:x', 'https://mailto:a', "https://\xff",
            ] as $address
        ) {
            self::assertFalse(BridgeAddress::isPlain($address), $address);
        }
    }
}
