<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Posting\InvalidSecret;
use Leadbridge\Plugin\System\Leadbridge\Posting\MessageId;
use Leadbridge\Plugin\System\Leadbridge\Posting\Signature;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Contract;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class SignatureTest extends TestCase
{
    /**
     * @dataProvider signed
     *
     * @param  array<string, mixed>  $case
     */
    #[DataProvider('signed')]
    public function testABodyIsSignedAsTheStandardSays(array $case): void
    {
        $signature = new Signature($case['pasted'] ?? $case['secret']);

        self::assertSame($case['signature'], $signature->of($case['id'], $case['timestamp'], $case['body']));
    }

    /**
     * @dataProvider unreadable
     *
     * @param  array<string, mixed>  $case
     */
    #[DataProvider('unreadable')]
    public function testASecretThatCannotBeReadIsRefusedAndNotRepeated(array $case): void
    {
        try {
            new Signature($case['secret']);
            self::fail('It was taken.');
        } catch (InvalidSecret $error) {
            self::assertStringStartsWith('The secret is ', $error->getMessage());
            self::assertTrue($case['secret'] === '' || !str_contains($error->getMessage(), trim($case['secret']) ?: '-'));
        }
    }

    public function testEveryMessageHasAnIdOfItsOwn(): void
    {
        $ids = array_map(static fn (): string => MessageId::fresh(), range(1, 100));

        self::assertCount(100, array_unique($ids));
        self::assertMatchesRegularExpression('/^msg_[0-9a-f]{32}$/', $ids[0]);
    }

    /** @return  array<string, array{array<string, mixed>}> */
    public static function signed(): array
    {
        return Contract::cases('signatures.json', 'signed');
    }

    /** @return  array<string, array{array<string, mixed>}> */
    public static function unreadable(): array
    {
        return Contract::cases('signatures.json', 'unreadable');
    }
}
