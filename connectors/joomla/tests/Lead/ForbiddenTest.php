<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Forbidden;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ForbiddenTest extends TestCase
{
    /** @dataProvider addresses */
    #[DataProvider('addresses')]
    public function testAnAddressCarriesNoSecret(string $url, string $clean): void
    {
        self::assertSame($clean, Forbidden::url($url));
    }

    /** @return  list<array{string, string}> */
    public static function addresses(): array
    {
        return [
            ['https://www.example.com/a?utm_source=x&b=%C3%BC', 'https://www.example.com/a?utm_source=x&b=%C3%BC'],
            ['https://www.example.com/?token=a', 'https://www.example.com/'],
            ['https://www.example.com/?a=1&jform%5Bpass%77ord%5D=a&b', 'https://www.example.com/?a=1&b'],
            ['https://www.example.com/?TOKEN&x=1', 'https://www.example.com/?x=1'],
            ['https://anna:geheim@www.example.com/a@b?c=d@e', 'https://www.example.com/a@b?c=d@e'],
            ['https://www.example.com/#access_token=a', 'https://www.example.com/'],
            ['https://www.example.com/?', 'https://www.example.com/'],
            ['', ''],
            ['no address?pwd=1', 'no address'],
        ];
    }

    public function testNamesAreForbiddenWhateverIsAroundThem(): void
    {
        foreach (['password', 'jform[Password1]', 'ÜPWD', 'passwort_2', 'csrf.token', 'ReCaptcha', 'otp-code'] as $name) {
            self::assertTrue(Forbidden::isName($name), $name);
        }

        foreach (['contact_name', 'email', 'company', 'passage', 'role', ''] as $name) {
            self::assertFalse(Forbidden::isName($name), $name);
        }
    }

    public function testTheirValuesAreFoundHoweverDeep(): void
    {
        $data = ['a' => ['token' => ['x' => ['eins-eins', 'zwei-zwei']]], 'pwd' => ' drei ', 'otp' => 123456, 'secret' => new \stdClass()];

        self::assertSame(['eins-eins', 'zwei-zwei', 'drei', '123456'], Forbidden::values($data));
    }
}
