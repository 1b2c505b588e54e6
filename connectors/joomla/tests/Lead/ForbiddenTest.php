<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Lead;

use Leadbridge\Plugin\System\Leadbridge\Lead\Forbidden;
use PHPUnit\Framework\TestCase;

final class ForbiddenTest extends TestCase
{
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
