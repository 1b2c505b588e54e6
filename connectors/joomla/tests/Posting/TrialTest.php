<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Lead\FieldMap;
use Leadbridge\Plugin\System\Leadbridge\Posting\Finding;
use Leadbridge\Plugin\System\Leadbridge\Posting\Trial;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Bridge;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

final class TrialTest extends TestCase
{
    private const ACCEPTED = '{"id": null, "test": true, "form": {"id": "kontakt", "title": "Kontakt",'
        . ' "fields": ["email", "last_name", "company", "message"], "required": ["email", "last_name", "company"],'
        . ' "consents": ["email"]}}';

    public function testATestIsSignedAndCarriesNothingOfAnybody(): void
    {
        $world = new World();
        $this->try($world, self::ACCEPTED);
        [$post] = $world->bridge->posts;

        self::assertSame([
            'form' => 'kontakt',
            'submitted_at' => '2026-11-21T09:30:00Z',
            'fields' => [],
            'test' => true,
        ], json_decode($post['body'], true));
        self::assertStringStartsWith('v1,', $post['headers']['webhook-signature']);
    }

    public function testAnAcceptedTestTellsItsTimeAndTheFormsTitle(): void
    {
        [$finding] = $this->try(new World(), self::ACCEPTED);

        self::assertTrue($finding->isAccepted);
        self::assertSame('Kontakt', $finding->title);
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_ACCEPTED', $finding->explanation->key);
        self::assertSame([40], $finding->explanation->arguments);
        self::assertSame([], $finding->unmapped);
    }

    public function testARequiredFieldThatNothingIsMappedToIsNamed(): void
    {
        $fields = [['source' => 'contact', 'joomla' => 'contact_name', 'leadbridge' => FieldMap::NAME]];
        [$finding] = $this->try(new World(['fields' => $fields]), self::ACCEPTED);

        self::assertTrue($finding->isAccepted);
        self::assertSame(['contact' => ['email', 'company']], $finding->unmapped);
    }

    public function testABoxForAPurposeThatTheBridgesFormDoesNotListIsNamed(): void
    {
        $boxes = [
            'consent_email' => 'both',
            'consent_tracking' => 'contact',
            'consent_phone' => 'registration',
            'consent_texts' => array_map(
                static fn (string $purpose): array => ['purpose' => $purpose, 'language' => 'de', 'text' => 'Ja.'],
                ['email', 'tracking', 'phone']
            ),
        ];
        [$finding] = $this->try(new World($boxes), self::ACCEPTED);
        self::assertSame(['contact' => ['tracking']], $finding->unasked);

        $registration = ['source' => 'registration', 'joomla_form' => '*', 'form' => 'kontakt'];
        $contact = ['source' => 'contact', 'joomla_form' => '*', 'form' => 'kontakt'];
        $both = ['registration' => '1', 'forms' => [$contact, $registration]] + $boxes;
        [$finding] = $this->try(new World($both), self::ACCEPTED);
        self::assertSame(['contact' => ['tracking'], 'registration' => ['phone']], $finding->unasked);
    }

    public function testABoxWithoutTextAndABridgeThatListsNothingAreNoFinding(): void
    {
        [$finding] = $this->try(new World(['consent_tracking' => 'contact']), self::ACCEPTED);
        self::assertSame([], $finding->unasked);

        $text = ['purpose' => 'tracking', 'language' => '*', 'text' => 'Ja.'];
        [$finding] = $this->try(
            new World(['consent_tracking' => 'contact', 'consent_texts' => [$text]]),
            '{"id": null, "test": true, "form": {"id": "kontakt"}}'
        );
        self::assertSame([], $finding->unasked);
    }

    public function testEachFormOfTheTableIsTriedOnce(): void
    {
        $forms = [
            ['source' => 'contact', 'joomla_form' => '1', 'form' => 'kontakt'],
            ['source' => 'contact', 'joomla_form' => '2', 'form' => 'rueckruf'],
            ['source' => 'contact', 'joomla_form' => '3', 'form' => 'kontakt'],
        ];
        $findings = $this->try(new World(['forms' => $forms]), self::ACCEPTED);

        self::assertSame(['kontakt', 'rueckruf'], array_column($findings, 'form'));
    }

    public function testABridgeThatKnowsNoTestsIsNoSuccess(): void
    {
        [$finding] = $this->try(new World(), '{"id": "0b2d1f5e-6f0a-5d38-9c3e-6f1f6f0c8f10"}');

        self::assertFalse($finding->isAccepted);
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_NOT_THE_BRIDGE', $finding->explanation->key);
    }

    public function testARefusalIsExplained(): void
    {
        $world = new World();
        $world->bridge->now(Bridge::says(401));
        [$finding] = $this->all($world);
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_UNSIGNED', $finding->explanation->key);

        $world->bridge->now(Bridge::refused());
        [$finding] = $this->all($world);
        self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_NO_ANSWER', $finding->explanation->key);
        self::assertSame(['Connection refused'], $finding->explanation->arguments);
    }

    public function testWithoutAddressSecretOrFormNothingIsPosted(): void
    {
        foreach (
            [
                'INCOMPLETE' => ['secret' => ''],
                'SECRET' => ['secret' => 'whsec_no!'],
                'NO_FORM' => ['forms' => [['source' => 'contact', 'form' => '']]],
            ] as $reason => $settings
        ) {
            $world = new World($settings);
            [$finding] = $this->all($world);
            self::assertSame('PLG_SYSTEM_LEADBRIDGE_EXPLAIN_' . $reason, $finding->explanation->key);
            self::assertSame([], $world->bridge->posts);
        }
    }

    /** @return  list<Finding> */
    private function try(World $world, string $answer): array
    {
        $world->bridge->now(Bridge::says(202, $answer));

        return $this->all($world);
    }

    /** @return  list<Finding> */
    private function all(World $world): array
    {
        return (new Trial($world->settings(), $world->courier(), $world->now(...)))->all();
    }
}
